package dev.ghee.functions.object.source;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.Map;

/** Why a deploy is refused; clients read it as {@code details.code}. */
public enum SourceProblem {
    NO_EXPORTED_CLASS,
    MULTIPLE_EXPORTS,
    INVALID_IMPORT,
    CLASS_NAME_PARSE_ERROR,
    NAME_REGEX_VIOLATION,
    NAME_RESERVED,
    NAME_CONFLICT,
    QUOTA_DO_LIMIT,
    SOURCE_SIZE_EXCEEDED,
    BUNDLE_SIZE_EXCEEDED,
    ACCESS_MODE_INVALID,
    ENV_KEY_INVALID,
    ENV_KEY_RESERVED,
    ENV_VALUE_INVALID,
    QUOTA_ENV_LIMIT;

    /** 400 {@code VALIDATION_INVALID_SCHEMA}. */
    public GheeException asException(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, message)
                .withDetails(Map.of("code", name(), "message", message));
    }
}
