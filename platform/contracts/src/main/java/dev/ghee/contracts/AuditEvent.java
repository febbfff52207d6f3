package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something somebody did, as it is on {@code ghee.audit}; control-api keeps it. Holds no secret.
 *
 * @param id consumers drop a second event with the same id
 * @param category {@code auth}, {@code admin}, {@code function} or {@code ai}
 * @param eventType dotted name such as {@code realtime.configured}
 * @param action {@code create}, {@code update}, {@code delete}, {@code invoke}, {@code enable} or {@code disable}
 * @param actorType {@code platform_user}, {@code app_user}, {@code api_key}, {@code anonymous} or {@code function_key}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditEvent(
        UUID id,
        AppId appId,
        String category,
        String eventType,
        String action,
        String resourceType,
        @Nullable String resourceId,
        String actorType,
        @Nullable String actorId,
        @Nullable JsonNode eventData,
        @Nullable String ipAddress,
        @Nullable String userAgent,
        boolean success,
        @Nullable String errorMessage,
        @Nullable String correlationId,
        Instant createdAt) {

    public static final String TYPE = "audit";
    public static final int VERSION = 1;

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }
}
