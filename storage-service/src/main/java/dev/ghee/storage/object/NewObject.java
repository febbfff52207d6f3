package dev.ghee.storage.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.request.JsonBody;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An object that somebody wants to upload.
 *
 * @param contentType empty when the sender does not know it
 * @param lifetime how long it may be pending before it is given up
 * @param uploadId of an upload in parts that has been begun in the object store; null for one PUT
 */
public record NewObject(
        String filename,
        String contentType,
        long sizeBytes,
        boolean isPublic,
        Duration lifetime,
        @Nullable String uploadId) {
    private static final Duration LEAST_LIFETIME = Duration.ofMinutes(15);
    /** An upload that is slower than this may be given up while it is under way. */
    private static final long SLOWEST_BYTES_PER_SECOND = 128L * 1024;

    /**
     * Checks what there is to check without knowing the app. Fails with {@code VALIDATION_INVALID_SCHEMA} and
     * {@code VALIDATION_INVALID_TYPE}.
     */
    public NewObject {
        Filenames.checked("filename", filename);
        if (!contentType.isEmpty()) {
            ContentTypes.requireShape(contentType);
        }
        if (sizeBytes < 0) {
            throw JsonBody.misfit("sizeBytes", "must not be negative");
        }
    }

    /** Of one PUT, which may begin late and be slow. */
    static NewObject of(String filename, String contentType, long sizeBytes, boolean isPublic) {
        Duration lifetime = LEAST_LIFETIME.plusSeconds(sizeBytes / SLOWEST_BYTES_PER_SECOND);
        return new NewObject(filename, contentType, sizeBytes, isPublic, lifetime, null);
    }

    /** As the contract's request has it. Fails like the constructor. */
    public static NewObject read(ObjectNode body) {
        return of(
                text(body, "filename"),
                text(body, "contentType").strip(),
                size(body.get("sizeBytes")),
                flag(body.get("public")));
    }

    private static String text(ObjectNode body, String field) {
        JsonNode value = body.get(field);
        if (value == null || !value.isTextual()) {
            throw JsonBody.misfit(field, "must be a string");
        }
        return value.textValue();
    }

    private static long size(@Nullable JsonNode value) {
        if (value == null || !value.isNumber()) {
            throw JsonBody.misfit("sizeBytes", "must be a number");
        }
        double number = value.doubleValue();
        // Also for what is infinite: no file is.
        if (number >= Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        if (number != Math.rint(number) || number < 1) {
            throw JsonBody.misfit("sizeBytes", "must be a whole number from 1");
        }
        return value.longValue();
    }

    private static boolean flag(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw JsonBody.misfit("public", "must be true or false");
        }
        return value.booleanValue();
    }

    /** Fails with {@code QUOTA_FILE_SIZE_EXCEEDED} and {@code VALIDATION_INVALID_TYPE} for what the app does not take. */
    void requireAccepted(AppState.Storage rules) {
        if (sizeBytes > ((long) rules.maxFileSizeMb() << 20)) {
            throw new GheeException(
                    ErrorCode.QUOTA_FILE_SIZE_EXCEEDED,
                    "The app takes files of at most " + rules.maxFileSizeMb() + " MB");
        }
        ContentTypes.requireAllowed(effectiveType(), rules.allowedContentTypes());
    }

    String effectiveType() {
        return contentType.isEmpty() ? ContentTypes.UNKNOWN : contentType;
    }
}
