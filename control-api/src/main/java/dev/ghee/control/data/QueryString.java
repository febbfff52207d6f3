package dev.ghee.control.data;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoded query string: parameters in the order in which they were sent. */
record QueryString(List<Parameter> parameters) {

    record Parameter(String name, String value) {}

    /** Fails with {@code VALIDATION_INVALID_INPUT} when it is too long or badly encoded. */
    static QueryString parse(@Nullable String raw, int maxLength) {
        if (raw == null || raw.isEmpty()) {
            return new QueryString(List.of());
        }
        if (raw.length() > maxLength) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "The query string is longer than " + maxLength + " characters");
        }
        var parameters = new ArrayList<Parameter>();
        int start = 0;
        while (start <= raw.length()) {
            int end = raw.indexOf('&', start);
            end = end < 0 ? raw.length() : end;
            if (end > start) {
                int equals = raw.indexOf('=', start);
                boolean named = equals >= 0 && equals < end;
                parameters.add(new Parameter(
                        decode(raw.substring(start, named ? equals : end)),
                        named ? decode(raw.substring(equals + 1, end)) : ""));
            }
            start = end + 1;
        }
        return new QueryString(parameters);
    }

    /** The last value of this name, as a later one replaces an earlier one; null when there is none. */
    @Nullable
    String last(String name) {
        String found = null;
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                found = parameter.value();
            }
        }
        return found;
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The query string is badly encoded", e);
        }
    }
}
