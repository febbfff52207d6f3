package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The id of an app: {@code app_} and 12 characters of {@code [0-9a-z]}. Also the name of its database. */
public record AppId(@JsonValue String value) {
    private static final Pattern SHAPE = Pattern.compile("app_[0-9a-z]{12}");

    @JsonCreator
    public AppId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("Not an app id");
        }
    }

    public static boolean isValid(String value) {
        return value.length() == 16 && SHAPE.matcher(value).matches();
    }

    /** Safe to splice into SQL: the shape allows no character that needs quoting. */
    public String database() {
        return value;
    }

    @Override
    public String toString() {
        return value;
    }
}
