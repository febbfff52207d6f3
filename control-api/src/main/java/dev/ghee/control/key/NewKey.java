package dev.ghee.control.key;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /api-keys}.
 *
 * @param expiresAt ISO 8601 with an offset; a key without one works until it is revoked
 */
public record NewKey(
        @NotNull @Size(min = 1, max = 100) String name,
        @JsonProperty("key_scope") @Nullable String keyScope,
        @JsonProperty("target_app_id") @Nullable String targetAppId,

        @JsonProperty("additional_scopes") @Nullable @Size(max = 20)
        List<@NotNull String> additionalScopes,

        @Nullable String scope,

        @JsonProperty("organization_id") @Nullable @Size(max = 64)
        String organizationId,

        @Nullable @Size(max = 20) List<@NotNull String> scopes,

        @JsonProperty("expires_at") @Nullable @Size(max = 40)
        String expiresAt) {

    private static final Duration LONGEST = Duration.ofDays(3660);

    /** When the key stops working. Fails with 400 unless that is within the next ten years. */
    @Nullable
    Instant expiry(Instant now) {
        if (expiresAt == null) {
            return null;
        }
        Instant expiry;
        try {
            expiry = OffsetDateTime.parse(expiresAt).toInstant();
        } catch (DateTimeParseException e) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "expires_at must be a time such as 2027-01-31T12:00:00Z");
        }
        if (!expiry.isAfter(now)) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "expires_at must be in the future");
        }
        if (expiry.isAfter(now.plus(LONGEST))) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "expires_at must be within ten years; without it a key lasts");
        }
        return expiry;
    }
}
