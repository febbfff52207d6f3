package dev.ghee.storage.multipart;

import static dev.ghee.storage.database.AppSql.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.object.NewObject;
import dev.ghee.storage.object.ObjectStore;
import dev.ghee.storage.object.StorageConfig;
import dev.ghee.storage.object.StoredObject;
import dev.ghee.storage.request.JsonBody;
import dev.ghee.storage.request.Requests.Acting;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.PartBytes;
import dev.ghee.storage.s3.PartBytes.StoredPart;
import dev.ghee.storage.s3.PartSizes;
import dev.ghee.storage.s3.Presigner;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What clients do with uploads in parts. The parts are only in the object store, and an object's pending row names them:
 * nothing more has to be kept, and whatever gives the row up ends the upload. Waits, so on virtual threads only.
 */
@ApplicationScoped
class MultipartUploads {
    /** Follows from the object's length alone, so that it needs not be kept. */
    private static final int LEAST_PART_BYTES = 16 << 20;

    private static final Duration LIFETIME = Duration.ofHours(24);
    private static final int MOST_URLS = 100;

    private final ObjectStore objects;
    private final PartBytes parts;
    private final Presigner presigner;
    private final StorageConfig config;

    MultipartUploads(ObjectStore objects, PartBytes parts, Presigner presigner, StorageConfig config) {
        this.objects = objects;
        this.parts = parts;
        this.presigner = presigner;
        this.config = config;
    }

    record Begun(String objectId, String objectKey, int partSizeBytes, int parts, long expiresIn) {}

    record PartUrl(int partNumber, long sizeBytes, String uploadUrl) {}

    record PartUrls(List<PartUrl> parts, long expiresIn) {}

    record Part(int partNumber, String etag, long sizeBytes) {}

    record State(String objectId, int partSizeBytes, int parts, List<Part> stored) {}

    record Done(String objectId, String objectKey, long sizeBytes, String etag) {}

    private static int partBytes(StoredObject object) {
        return Math.max(LEAST_PART_BYTES, PartSizes.of(object.sizeBytes()));
    }

    private static int count(StoredObject object) {
        return PartSizes.count(object.sizeBytes(), partBytes(object));
    }

    /** Fails as {@link ObjectStore#reserve} does. */
    Begun begin(Acting acting, ObjectNode body) {
        NewObject wanted = NewObject.read(body);
        StoredObject object = await(objects.reserve(
                acting.app(),
                acting.caller(),
                new NewObject(
                        wanted.filename(),
                        wanted.contentType(),
                        wanted.sizeBytes(),
                        wanted.isPublic(),
                        LIFETIME,
                        null)));
        try {
            String uploadId = parts.begin(Bucket.OBJECTS, object.key(), object.contentType());
            await(objects.begun(acting.app(), object.id(), uploadId));
        } catch (GheeException e) {
            await(objects.giveUp(acting.app(), object.id()));
            throw e;
        }
        return new Begun(object.id().toString(), object.key(), partBytes(object), count(object), LIFETIME.toSeconds());
    }

    /** URLs that each take one part of exactly its length. */
    PartUrls urls(Acting acting, UUID id, ObjectNode body) {
        StoredObject object = pending(acting, id);
        List<PartUrl> urls = new ArrayList<>();
        for (int number : numbers(body.get("partNumbers"), count(object))) {
            long length = PartSizes.length(object.sizeBytes(), partBytes(object), number);
            String url = presigner.putPart(
                    Bucket.OBJECTS, object.key(), uploadId(object), number, length, config.uploadUrlLifetime());
            urls.add(new PartUrl(number, length, url));
        }
        return new PartUrls(urls, config.uploadUrlLifetime().toSeconds());
    }

    private static List<Integer> numbers(@Nullable JsonNode given, int most) {
        if (given == null || !given.isArray() || given.isEmpty() || given.size() > MOST_URLS) {
            throw JsonBody.misfit("partNumbers", "must be an array of 1 to " + MOST_URLS + " numbers");
        }
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode number : given) {
            if (!number.isInt() || number.intValue() < 1 || number.intValue() > most) {
                throw JsonBody.misfit("partNumbers", "must be whole numbers from 1 to " + most);
            }
            numbers.add(number.intValue());
        }
        return numbers;
    }

    /** Which parts the object store has. */
    State look(Acting acting, UUID id) {
        StoredObject object = pending(acting, id);
        List<Part> stored = stored(object).stream()
                .map(part -> new Part(part.number(), part.etag(), part.sizeBytes()))
                .toList();
        return new State(id.toString(), partBytes(object), count(object), stored);
    }

    private List<StoredPart> stored(StoredObject object) {
        return parts.parts(Bucket.OBJECTS, object.key(), uploadId(object)).orElse(List.of());
    }

    /**
     * Makes an object of the parts, once all are there; a client whose answer was lost asks again. Fails with
     * {@code RESOURCE_CONFLICT}, naming what is missing.
     */
    Done complete(Acting acting, UUID id) {
        StoredObject object =
                await(objects.writable(acting.app(), acting.caller(), id)).orElseThrow(MultipartUploads::noUpload);
        if (!object.stored()) {
            assemble(object);
            object = await(objects.readable(acting.app(), acting.caller(), id)).orElseThrow(MultipartUploads::noUpload);
        }
        return new Done(
                id.toString(), object.key(), object.sizeBytes(), Objects.requireNonNull(object.etag(), "It is stored"));
    }

    private void assemble(StoredObject object) {
        List<StoredPart> stored = stored(object);
        Map<Integer, Long> lengths =
                stored.stream().collect(Collectors.toMap(StoredPart::number, StoredPart::sizeBytes));
        List<Integer> missing = new ArrayList<>();
        for (int number = 1; number <= count(object); number++) {
            Long length = lengths.get(number);
            if (length == null || length != PartSizes.length(object.sizeBytes(), partBytes(object), number)) {
                missing.add(number);
            }
        }
        if (stored.isEmpty() && parts.begun(Bucket.OBJECTS, object.key()).isEmpty()) {
            // Put together already, by a process that died before it said so.
            return;
        }
        if (!missing.isEmpty()) {
            throw new GheeException(ErrorCode.RESOURCE_CONFLICT, missing.size() + " parts have not been uploaded")
                    .withDetails(
                            Map.of("missing", missing.stream().limit(MOST_URLS).toList()));
        }
        parts.complete(Bucket.OBJECTS, object.key(), uploadId(object), stored);
    }

    /** Ends the upload; its parts go with it. */
    void abort(Acting acting, UUID id) {
        pending(acting, id);
        await(objects.giveUp(acting.app(), id));
    }

    private StoredObject pending(Acting acting, UUID id) {
        return await(objects.writable(acting.app(), acting.caller(), id))
                .filter(object -> !object.stored() && object.uploadId() != null)
                .orElseThrow(MultipartUploads::noUpload);
    }

    private static String uploadId(StoredObject object) {
        String uploadId = object.uploadId();
        if (uploadId == null) {
            throw noUpload();
        }
        return uploadId;
    }

    static GheeException noUpload() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "There is no such upload");
    }
}
