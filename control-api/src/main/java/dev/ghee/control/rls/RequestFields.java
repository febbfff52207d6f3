package dev.ghee.control.rls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a request's JSON object; those that nobody asks for are ignored. Fails with the field's name. */
record RequestFields(JsonNode node) {
    private static final int MAX_TEXT = 10_000;

    static RequestFields of(@Nullable JsonNode body) {
        return new RequestFields(body == null ? JsonNodeFactory.instance.nullNode() : body);
    }

    /** Fails with {@code VALIDATION_INVALID_SCHEMA} when it is missing or no text. */
    String text(String field) {
        String text = optionalText(field);
        if (text == null || text.isBlank()) {
            throw invalid(field, "Is missing");
        }
        return text;
    }

    @Nullable
    String optionalText(String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual() || value.textValue().length() > MAX_TEXT) {
            throw invalid(field, "Must be a text of at most " + MAX_TEXT + " characters");
        }
        return value.textValue();
    }

    @Nullable
    Boolean optionalFlag(String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isBoolean()) {
            throw invalid(field, "Must be true or false");
        }
        return value.booleanValue();
    }

    List<RequestFields> list(String field, int max) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray() || value.size() > max) {
            throw invalid(field, "Must be a list of at most " + max);
        }
        return value.valueStream().map(RequestFields::new).toList();
    }

    static GheeException invalid(String field, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, field + ": " + message)
                .withDetails(List.of(Map.of("path", field, "message", message)));
    }
}
