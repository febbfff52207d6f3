package dev.ghee.storage.resumable;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An object that comes in several requests, as it stands in the app's database.
 *
 * @param id the object's
 * @param s3UploadId in the object store; null for an empty object
 * @param partBytes length of each part but the last
 * @param metadata as the client sent it
 * @param offset how many bytes are safe in the object store
 * @param epoch of the last request that brought bytes
 * @param nextPart a number that no part has, and that nobody may still be storing
 * @param tail bytes after the last part; null for none
 * @param sha256State of the digest after {@code offset} bytes; null at the beginning
 * @param stored whether it has become an object
 * @param expiresAt when it is given up; null once it is an object
 */
record Upload(
        UUID id,
        String key,
        @Nullable String s3UploadId,
        long sizeBytes,
        int partBytes,
        String metadata,
        long offset,
        long epoch,
        int nextPart,
        @Nullable Tail tail,
        byte @Nullable [] sha256State,
        boolean stored,
        @Nullable Instant expiresAt) {

    /** Fewer bytes than a part takes, as an object of their own. */
    record Tail(String key, int sizeBytes) {}

    /** All bytes are there, whether they are an object already or not. */
    boolean complete() {
        return offset == sizeBytes;
    }

    /** Prefix of its tails' keys, outside of all apps' objects. */
    String tails() {
        return "tails/" + key.substring(0, key.indexOf('/')) + "/" + id + "/";
    }
}
