package dev.ghee.control.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.control.app.App;
import dev.ghee.control.app.StorageSettings;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** All settings at once. Fields of features that this installation does not have are null or 0. */
record ConfigView(
        AppId id,
        String name,
        String subdomain,
        @JsonProperty("db_name") String dbName,
        @JsonProperty("db_provisioned") boolean dbProvisioned,
        String region,
        @JsonProperty("anon_key") String anonKey,
        @JsonProperty("allowed_origins") List<String> allowedOrigins,
        @JsonProperty("storage_config") StorageSettings storageConfig,
        @JsonProperty("jwt_config") Answers.JwtView jwtConfig,
        @JsonProperty("auth_hook_function") @Nullable String authHookFunction,
        @JsonProperty("access_mode") AppState.AccessMode accessMode,
        @JsonProperty("strict_rls") boolean strictRls,
        String visibility,
        boolean listed,
        boolean paused,
        @JsonProperty("paused_at") @Nullable Instant pausedAt,
        @JsonProperty("paused_reason") @Nullable String pausedReason,
        @JsonProperty("template_source_app_id") @Nullable String templateSourceAppId,
        @JsonProperty("repo_latest_snapshot") @Nullable String repoLatestSnapshot,
        @JsonProperty("fork_count") int forkCount,
        @JsonProperty("substrate_organization_id") @Nullable String substrateOrganizationId,
        @JsonProperty("created_at") Instant createdAt,
        @JsonProperty("updated_at") Instant updatedAt) {

    static ConfigView of(App app) {
        return new ConfigView(
                app.id(),
                app.name(),
                app.subdomain(),
                app.id().database(),
                app.provisioned(),
                app.region(),
                app.anonKey(),
                app.allowedOrigins(),
                app.storage(),
                Answers.JwtView.of(app),
                app.authHookFunction(),
                app.accessMode(),
                app.strictRls(),
                app.visibility().name().toLowerCase(Locale.ROOT),
                app.listed(),
                app.pausedAt() != null,
                app.pausedAt(),
                app.pausedReason(),
                null,
                null,
                0,
                null,
                app.createdAt(),
                app.updatedAt());
    }
}
