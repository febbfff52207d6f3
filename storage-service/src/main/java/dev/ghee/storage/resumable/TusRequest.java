package dev.ghee.storage.resumable;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What of a request tus has rules for. */
record TusRequest(HttpServerRequest http) {
    static final String VERSION = "1.0.0";
    static final String BYTES = "application/offset+octet-stream";

    /** As sent, or as {@code X-HTTP-Method-Override} says for clients that can send no other. */
    String method() {
        String other = http.getHeader("X-HTTP-Method-Override");
        return other == null ? http.method().name() : other.toUpperCase(Locale.ROOT);
    }

    /** Fails with 412 {@code REQUEST_ERROR} for a client of another version. */
    void requireVersion() {
        if (!VERSION.equals(http.getHeader("Tus-Resumable"))) {
            throw new GheeException(ErrorCode.REQUEST_ERROR, "The header Tus-Resumable must be " + VERSION)
                    .withStatus(412)
                    .withHeader("Tus-Version", VERSION);
        }
    }

    /** Length of the whole file. Fails with {@code VALIDATION_INVALID_INPUT}. */
    long uploadLength() {
        if (http.getHeader("Upload-Defer-Length") != null) {
            throw invalid("The length has to be known when an upload is created: send Upload-Length");
        }
        return number("Upload-Length");
    }

    /** Where the request goes on. Fails with {@code VALIDATION_INVALID_INPUT}. */
    long uploadOffset() {
        return number("Upload-Offset");
    }

    private long number(String name) {
        String text = http.getHeader(name);
        try {
            long number = text == null || !text.matches("[0-9]{1,19}") ? -1 : Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Longer than any file.
        }
        throw invalid(name + " must be a whole number from 0");
    }

    @Nullable
    String metadata() {
        return http.getHeader("Upload-Metadata");
    }

    @Nullable
    String checksum() {
        return http.getHeader("Upload-Checksum");
    }

    /** Whether its body is a part of the file. */
    boolean bringsBytes() {
        String type = http.getHeader("Content-Type");
        return type != null && BYTES.equals(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }

    /** Fails with 415 {@code REQUEST_ERROR}. */
    void requireBytes() {
        if (!bringsBytes()) {
            throw new GheeException(ErrorCode.REQUEST_ERROR, "Content-Type must be " + BYTES).withStatus(415);
        }
    }

    /** Fails with 413 {@code REQUEST_ERROR} when more is announced than the upload has room for. */
    void requireRoom(long bytes) {
        String announced = http.getHeader("Content-Length");
        if (announced != null && Long.parseLong(announced) > bytes) {
            throw new GheeException(ErrorCode.REQUEST_ERROR, "The upload lacks " + bytes + " bytes, and not more")
                    .withStatus(413);
        }
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, message);
    }
}
