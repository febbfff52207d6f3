package dev.ghee.functions.function;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions as the REST API shows them. */
final class FunctionViews {
    private FunctionViews() {}

    /** Whether other replicas were told. */
    record Invalidation(boolean success, int attempts) {}

    record TriggerState(String type, boolean enabled) {
        static List<TriggerState> of(StoredFunction function) {
            return function.triggers().stream()
                    .map(trigger -> new TriggerState(trigger.type(), trigger.enabled()))
                    .toList();
        }
    }

    record TriggerView(String type, JsonNode config, boolean enabled) {
        static List<TriggerView> of(StoredFunction function) {
            return function.triggers().stream()
                    .map(trigger -> trigger.withSecret(_ -> Deployment.HIDDEN))
                    .map(trigger -> new TriggerView(trigger.type(), trigger.config(), trigger.enabled()))
                    .toList();
        }
    }

    record DeployedView(
            String id,
            String name,
            int version,
            @Nullable String url,
            List<TriggerState> triggers,
            Instant deployedAt,
            Invalidation cacheInvalidation) {}

    record Listing(List<Summary> functions) {}

    record Summary(
            String id,
            String name,
            @Nullable String description,
            List<TriggerView> triggers,
            @Nullable String url,
            int version,
            String status,
            Instant deployedAt,
            @Nullable Instant lastInvoked,
            @Nullable Integer lastStatus,
            long invocationCount,
            double errorRate,
            double avgDuration,
            @JsonProperty("agent_tool") boolean agentTool,

            @JsonProperty("agent_tool_description") @Nullable
            String agentToolDescription,

            @JsonProperty("agent_tool_mode") String agentToolMode,
            @JsonProperty("agent_tool_exposed_to") String agentToolExposedTo,
            @JsonProperty("allow_service_key_impersonation") boolean allowServiceKeyImpersonation,
            @JsonProperty("allow_as_service") boolean allowAsService) {
        static Summary of(StoredFunction function, @Nullable String url, @Nullable Statistics statistics) {
            return new Summary(
                    function.id().toString(),
                    function.name(),
                    function.description(),
                    TriggerView.of(function),
                    url,
                    function.version(),
                    statistics == null ? "active" : statistics.status(),
                    function.deployedAt(),
                    statistics == null ? null : statistics.lastAt(),
                    statistics == null ? null : statistics.lastStatus(),
                    statistics == null ? 0 : statistics.calls(),
                    statistics == null ? 0 : statistics.errorRate(),
                    statistics == null ? 0 : statistics.averageDuration(),
                    function.agentTool().enabled(),
                    function.agentTool().description(),
                    function.agentTool().mode(),
                    function.agentTool().exposedTo(),
                    function.allowServiceKeyImpersonation(),
                    function.allowAsService());
        }
    }

    /** One function with its source. */
    record Details(
            String id,
            String name,
            @Nullable String description,
            String code,
            @Nullable Map<String, String> files,
            @Nullable String entry,
            List<TriggerView> triggers,
            @Nullable String url,
            int version,
            int timeoutMs,
            int memoryLimitMb,
            Instant deployedAt,
            @Nullable Instant lastInvoked,
            long invocationCount,
            long errorCount,
            double avgDuration,
            @JsonProperty("agent_tool") boolean agentTool,

            @JsonProperty("agent_tool_description") @Nullable
            String agentToolDescription,

            @JsonProperty("agent_tool_mode") String agentToolMode,
            @JsonProperty("agent_tool_exposed_to") String agentToolExposedTo,
            @JsonProperty("allow_service_key_impersonation") boolean allowServiceKeyImpersonation,
            @JsonProperty("allow_as_service") boolean allowAsService,
            List<String> envKeys) {}

    record Deleted(boolean success) {}

    record Changed(
            String id,
            String name,
            @JsonProperty("updated_at") Instant updatedAt) {}

    record EnvChanged(
            String message,
            Changed function,
            List<String> updatedKeys,
            @JsonProperty("cache_invalidation") Invalidation cacheInvalidation) {}

    record SettingsChanged(
            String message,
            ChangedSettings function,
            @JsonProperty("cache_invalidation") Invalidation cacheInvalidation) {}

    record ChangedSettings(
            String id,
            String name,
            @JsonProperty("allow_service_key_impersonation") boolean allowServiceKeyImpersonation,
            @JsonProperty("allow_as_service") boolean allowAsService) {}

    record RolledBack(String id, String name, int version, Instant deployedAt, Invalidation cacheInvalidation) {}

    record Versions(List<VersionView> versions) {}

    record VersionView(
            int version, boolean active, String entry, int timeoutMs, int memoryLimitMb, Instant createdAt) {}

    record AppEnv(List<String> keys, @Nullable Instant updatedAt) {}

    record AppEnvChanged(String message, List<String> updatedKeys, Invalidated invalidated) {}

    record Invalidated(
            List<String> functions,
            int count,
            @JsonProperty("durable_objects_redeployed") int durableObjectsRedeployed) {}

    record Logs(List<LogRows.Logged> logs, boolean hasMore) {}

    /** Calls of the last 24 hours; times in milliseconds. Percentiles are of the newest calls that were logged. */
    record Metrics(
            String name,
            String window,
            long count,
            long errorCount,
            double errorRate,
            @Nullable Double p50,
            @Nullable Double p99,
            @Nullable Double avgCpuTime,
            long coldStarts,
            int sample,
            Total total) {}

    /** Calls since the function was first deployed. */
    record Total(
            long count,
            long errorCount,
            double avgDuration,
            long coldStarts,
            @Nullable Instant lastInvoked) {}

    /** Where an HTTP function is called; null for one that is not. */
    static @Nullable String url(String publicUrl, AppId app, StoredFunction function) {
        boolean http = function.triggers().stream()
                .anyMatch(trigger -> trigger.type().equals(TriggerSpec.HTTP) && trigger.enabled());
        return http ? publicUrl + "/v1/" + app + "/fn/" + function.name() : null;
    }
}
