package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it is on {@code ghee.api-keys}, where the record key is the hex SHA-256 of the secret.
 *
 * @param revision grows with every change
 * @param scopes {@code *} for all apps of the organisation, or {@code app:<id>} and others such as {@code ai:gateway}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApiKeyState(
        String sha256,
        long revision,
        String keyId,
        String ownerId,
        String organizationId,
        Set<String> scopes,
        boolean revoked,
        @Nullable Instant expiresAt) {

    public static final String TYPE = "api-key";
    public static final int VERSION = 1;

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }

    public boolean usableAt(Instant now) {
        return !revoked && (expiresAt == null || now.isBefore(expiresAt));
    }
}
