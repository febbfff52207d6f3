package dev.ghee.control.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ghee.contracts.AppState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an app's object store accepts.
 *
 * @param maxFileSizeMb largest object, from 1 to {@value #MAX_FILE_SIZE_MB}
 * @param publicReadEnabled whether every signed-in user of the app may read every object
 * @param allowedContentTypes media ranges such as {@code image/*}
 * @param storageLimitBytes of all objects together; null means the installation's limit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StorageSettings(
        int maxFileSizeMb,
        boolean publicReadEnabled,
        List<String> allowedContentTypes,
        @Nullable Long storageLimitBytes) {
    public static final StorageSettings DEFAULT = new StorageSettings(10, false, List.of("*/*"), null);
    public static final int MAX_FILE_SIZE_MB = 5120;

    /** Throws {@link IllegalArgumentException} with a message for the caller. */
    public StorageSettings {
        if (maxFileSizeMb < 1 || maxFileSizeMb > MAX_FILE_SIZE_MB) {
            throw new IllegalArgumentException("maxFileSizeMb must be from 1 to " + MAX_FILE_SIZE_MB);
        }
        if (storageLimitBytes != null && storageLimitBytes < 1) {
            throw new IllegalArgumentException("storageLimitBytes must be positive");
        }
        allowedContentTypes = List.copyOf(allowedContentTypes);
    }

    /** What the other services are told. */
    AppState.Storage state() {
        return new AppState.Storage(maxFileSizeMb, publicReadEnabled, allowedContentTypes, storageLimitBytes);
    }
}
