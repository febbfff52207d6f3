package dev.ghee.control.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.control.app.App;
import dev.ghee.control.app.JwtSettings;
import dev.ghee.control.app.StorageSettings;
import dev.ghee.control.auth.token.SigningAlgorithm;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the settings are after a change. */
final class Answers {
    private Answers() {}

    record Cors(
            String message,
            @JsonProperty("app_id") AppId appId,
            @JsonProperty("allowed_origins") List<String> allowedOrigins) {
        static Cors of(App app) {
            return new Cors("Allowed origins updated", app.id(), app.allowedOrigins());
        }
    }

    record Jwt(
            String message,
            @JsonProperty("app_id") AppId appId,
            @JsonProperty("jwt_config") JwtView jwtConfig) {
        static Jwt of(App app) {
            return new Jwt("Token settings updated", app.id(), JwtView.of(app));
        }
    }

    record JwtView(String accessTokenTtl, int refreshTokenTtlDays, String signingAlgorithm) {
        static JwtView of(App app) {
            JwtSettings settings = app.jwt();
            return new JwtView(
                    settings.accessTokenTtl(),
                    settings.refreshTokenTtlDays(),
                    SigningAlgorithm.of(app.jwks()).wireName());
        }
    }

    record Storage(
            String message,
            @JsonProperty("app_id") AppId appId,
            @JsonProperty("storage_config") StorageSettings storageConfig) {
        static Storage of(App app) {
            return new Storage("Storage settings updated", app.id(), app.storage());
        }
    }

    record AuthHooks(
            @JsonProperty("auth_hook_function") @Nullable String authHookFunction, String message) {
        static AuthHooks of(App app) {
            return new AuthHooks(
                    app.authHookFunction(),
                    app.authHookFunction() == null ? "No auth hook is set" : "Auth hook updated");
        }
    }

    record AccessMode(
            String message,
            @JsonProperty("app_id") AppId appId,
            @JsonProperty("access_mode") AppState.AccessMode accessMode) {
        static AccessMode of(App app) {
            return new AccessMode("Access mode updated", app.id(), app.accessMode());
        }
    }

    record Visibility(
            String message, @JsonProperty("app_id") AppId appId, String visibility, boolean listed) {
        static Visibility of(App app) {
            return new Visibility(
                    "Visibility updated", app.id(), app.visibility().name().toLowerCase(Locale.ROOT), app.listed());
        }
    }

    record StrictRls(
            String message,
            @JsonProperty("app_id") AppId appId,
            @JsonProperty("strict_rls") boolean strictRls) {
        static StrictRls of(App app) {
            return new StrictRls("Row-level security default updated", app.id(), app.strictRls());
        }
    }

    record Pause(
            String message,
            @JsonProperty("app_id") AppId appId,
            boolean paused,
            @JsonProperty("paused_at") @Nullable Instant pausedAt,
            @JsonProperty("paused_reason") @Nullable String pausedReason) {
        static Pause of(App app) {
            boolean paused = app.pausedAt() != null;
            return new Pause(
                    paused ? "App paused" : "App resumed", app.id(), paused, app.pausedAt(), app.pausedReason());
        }
    }
}
