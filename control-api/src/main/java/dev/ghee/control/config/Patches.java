package dev.ghee.control.config;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.control.app.App;
import dev.ghee.control.app.JwtSettings;
import dev.ghee.control.app.StorageSettings;
import dev.ghee.control.auth.token.SigningAlgorithm;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bodies that change settings. What is absent stays as it is. */
final class Patches {
    private static final int MAX_ITEMS = 100;
    private static final int MAX_TEXT = 255;
    private static final Pattern FUNCTION = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    private Patches() {}

    record Cors(
            @JsonProperty("allowed_origins") @JsonAlias("allowedOrigins") @NotNull @Size(min = 1, max = MAX_ITEMS)
            List<@NotNull @Size(max = MAX_TEXT) String> allowedOrigins) {

        List<String> origins() {
            return checked(
                    "allowed_origins",
                    () -> allowedOrigins.stream()
                            .map(Origin::parse)
                            .map(Origin::toString)
                            .distinct()
                            .toList());
        }
    }

    record Jwt(
            @Nullable @Size(max = 16) String accessTokenTtl,
            @Nullable Integer refreshTokenTtlDays,
            @Nullable @Size(max = 16) String signingAlgorithm) {
        void requireAny() {
            requireNotEmpty(changes());
        }

        JwtSettings applyTo(JwtSettings now) {
            return checked(
                    "jwt",
                    () -> new JwtSettings(
                            accessTokenTtl == null ? now.accessTokenTtl() : accessTokenTtl,
                            refreshTokenTtlDays == null ? now.refreshTokenTtlDays() : refreshTokenTtlDays));
        }

        Map<String, Object> changes() {
            var changes = present("accessTokenTtl", accessTokenTtl, "refreshTokenTtlDays", refreshTokenTtlDays);
            if (signingAlgorithm != null) {
                changes.put("signingAlgorithm", signingAlgorithm);
            }
            return changes;
        }

        /** Empty to keep the one that is. */
        Optional<SigningAlgorithm> algorithm() {
            return Optional.ofNullable(signingAlgorithm)
                    .map(name -> checked(
                            "signingAlgorithm",
                            () -> SigningAlgorithm.named(name)
                                    .orElseThrow(() -> new IllegalArgumentException(
                                            "signingAlgorithm must be RS256, ES256 or EdDSA"))));
        }
    }

    record Storage(
            @Nullable Boolean publicReadEnabled,
            @Nullable Long storageLimitBytes,
            @Nullable Integer maxFileSizeMb,
            @Nullable @Size(min = 1, max = MAX_ITEMS) List<@NotNull @Size(max = MAX_TEXT) String> allowedContentTypes) {
        /** {@code *}{@code /*}, {@code image/*}, {@code image/png}: what a content type is compared with. */
        private static final Pattern MEDIA_RANGE =
                Pattern.compile("\\*/\\*|[A-Za-z0-9!#$&^_.+-]+/(\\*|[A-Za-z0-9!#$&^_.+-]+)");

        void requireAny() {
            requireNotEmpty(changes());
            if (allowedContentTypes != null) {
                checked("allowedContentTypes", () -> {
                    for (String range : allowedContentTypes) {
                        if (!MEDIA_RANGE.matcher(range).matches()) {
                            throw new IllegalArgumentException(
                                    "allowedContentTypes takes types such as image/png and image/*");
                        }
                    }
                    return allowedContentTypes;
                });
            }
        }

        StorageSettings applyTo(StorageSettings now) {
            return checked(
                    "storage",
                    () -> new StorageSettings(
                            maxFileSizeMb == null ? now.maxFileSizeMb() : maxFileSizeMb,
                            publicReadEnabled == null ? now.publicReadEnabled() : publicReadEnabled,
                            allowedContentTypes == null ? now.allowedContentTypes() : allowedContentTypes,
                            storageLimitBytes == null ? now.storageLimitBytes() : storageLimitBytes));
        }

        Map<String, Object> changes() {
            var changes = present("publicReadEnabled", publicReadEnabled, "storageLimitBytes", storageLimitBytes);
            changes.putAll(present("maxFileSizeMb", maxFileSizeMb, "allowedContentTypes", allowedContentTypes));
            return changes;
        }
    }

    /** Null takes the hook away; leaving it out is a mistake. */
    record AuthHooks(
            @JsonProperty("post_auth_function") @NotNull JsonNode postAuthFunction) {
        void applyTo(App app) {
            app.authHookFunction(postAuthFunction.isNull() ? null : name());
        }

        Map<String, String> changes() {
            return Map.of("post_auth_function", postAuthFunction.isNull() ? "" : name());
        }

        private String name() {
            return checked("post_auth_function", () -> {
                if (!postAuthFunction.isTextual()
                        || !FUNCTION.matcher(postAuthFunction.textValue()).matches()) {
                    throw new IllegalArgumentException("post_auth_function takes a function's name, or null");
                }
                return postAuthFunction.textValue();
            });
        }
    }

    record AccessMode(@JsonProperty("access_mode") @NotNull AppState.AccessMode accessMode) {}

    record Visibility(@NotNull Level visibility, @Nullable Boolean listed) {
        enum Level {
            @JsonProperty("private")
            PRIVATE,
            @JsonProperty("public")
            PUBLIC
        }

        /** A private app is in no list. */
        void applyTo(App app) {
            boolean open = visibility == Level.PUBLIC;
            app.visibility(
                    open ? App.Visibility.PUBLIC : App.Visibility.PRIVATE,
                    open && Objects.requireNonNullElse(listed, app.listed()));
        }

        Map<String, Object> changes() {
            return present("visibility", visibility, "listed", listed);
        }
    }

    record StrictRls(@JsonProperty("strict_rls") @NotNull Boolean strictRls) {}

    record Pause(
            @NotNull Boolean paused,
            @Nullable @Size(max = 500) String reason) {
        void applyTo(App app) {
            if (paused) {
                app.pause(reason);
            } else {
                app.resume();
            }
        }

        Map<String, Object> changes() {
            return present("paused", paused, "reason", reason);
        }
    }

    private static LinkedHashMap<String, Object> present(
            String first, @Nullable Object firstValue, String second, @Nullable Object secondValue) {
        var present = new LinkedHashMap<String, Object>();
        if (firstValue != null) {
            present.put(first, firstValue);
        }
        if (secondValue != null) {
            present.put(second, secondValue);
        }
        return present;
    }

    private static void requireNotEmpty(Map<String, Object> changes) {
        if (changes.isEmpty()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The request changes nothing");
        }
    }

    /** Settings say in their own words what does not fit. */
    private static <T> T checked(String path, Supplier<T> settings) {
        try {
            return settings.get();
        } catch (IllegalArgumentException e) {
            String message = Objects.requireNonNullElse(e.getMessage(), "is not valid");
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, message)
                    .withDetails(List.of(Map.of("path", path, "message", message)));
        }
    }
}
