package dev.ghee.storage.resumable;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client says of its file, from {@code Upload-Metadata: <key> <base64>,<key>}. */
record Metadata(String header, Map<String, String> values) {
    private static final int MAX_LENGTH = 4096;

    Metadata {
        values = Map.copyOf(values);
    }

    /** Fails with {@code VALIDATION_INVALID_INPUT}. */
    static Metadata of(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return new Metadata("", Map.of());
        }
        if (header.length() > MAX_LENGTH) {
            throw invalid("Upload-Metadata is longer than " + MAX_LENGTH + " characters");
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : header.split(",", -1)) {
            String[] words = pair.strip().split(" +");
            if (words.length > 2 || words[0].isEmpty() || values.put(words[0], decoded(words)) != null) {
                throw invalid("Upload-Metadata must be keys with values in base64, separated by commas, each key once");
            }
        }
        return new Metadata(header, values);
    }

    private static String decoded(String[] words) {
        if (words.length == 1) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(words[1])))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw invalid("A value of Upload-Metadata is no text in base64");
        }
    }

    /** Null when the client did not say. */
    @Nullable
    String filename() {
        return first("filename", "name");
    }

    String contentType() {
        String type = first("filetype", "contentType", "type");
        return type == null ? "application/octet-stream" : type;
    }

    boolean isPublic() {
        return "true".equals(values.get("public"));
    }

    private @Nullable String first(String... keys) {
        for (String key : keys) {
            String value = values.get(key);
            if (value != null && !value.isEmpty()) {
                return value;
            }
        }
        return null;
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, message);
    }
}
