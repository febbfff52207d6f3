package dev.ghee.control.config;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.control.app.App;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.token.SigningAlgorithm;
import dev.ghee.control.auth.token.SigningKeys;
import dev.ghee.control.schema.StrictRls;
import dev.ghee.errors.ErrorCode;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Settings of an app, for those who administer it. */
@Path("/v1/{app}/config")
class ConfigResource {
    private final CurrentRequest request;
    private final AppStates states;
    private final Audit audit;
    private final StrictRls tables;
    private final SigningKeys keys;

    ConfigResource(CurrentRequest request, AppStates states, Audit audit, StrictRls tables, SigningKeys keys) {
        this.request = request;
        this.states = states;
        this.audit = audit;
        this.tables = tables;
        this.keys = keys;
    }

    @GET
    public Uni<ConfigView> get(String app) {
        return administered(app).chain(states::get).map(ConfigView::of);
    }

    @PATCH
    @Path("cors")
    public Uni<Answers.Cors> cors(String app, @NotNull @Valid Patches.Cors body) {
        var origins = body.origins();
        return change(app, "config.cors_updated", Map.of("allowed_origins", origins), it -> it.allowedOrigins(origins))
                .map(Answers.Cors::of);
    }

    @PATCH
    @Path("jwt")
    @RunOnVirtualThread
    public Answers.Jwt jwt(String app, @NotNull @Valid Patches.Jwt body) {
        body.requireAny();
        Optional<SigningAlgorithm> algorithm = body.algorithm();
        App changed = Waiting.on(
                () -> change(app, "config.jwt_updated", body.changes(), it -> it.jwt(body.applyTo(it.jwt()))));
        return Answers.Jwt.of(algorithm.map(wanted -> signWith(wanted, changed)).orElse(changed));
    }

    private App signWith(SigningAlgorithm algorithm, App app) {
        AppState state = Waiting.on(() -> request.administeredReady(app.id().value(), ErrorCode.RESOURCE_NOT_FOUND))
                .app();
        keys.use(state, app.jwt().accessTokenLifetime(), algorithm);
        return Waiting.on(() -> states.get(state.appId()));
    }

    @PATCH
    @Path("storage")
    public Uni<Answers.Storage> storage(String app, @NotNull @Valid Patches.Storage body) {
        body.requireAny();
        return change(app, "config.storage_updated", body.changes(), it -> it.storage(body.applyTo(it.storage())))
                .map(Answers.Storage::of);
    }

    @PATCH
    @Path("auth-hooks")
    public Uni<Answers.AuthHooks> authHooks(String app, @NotNull @Valid Patches.AuthHooks body) {
        return change(app, "config.auth_hook_updated", body.changes(), body::applyTo)
                .map(Answers.AuthHooks::of);
    }

    @PATCH
    @Path("access-mode")
    public Uni<Answers.AccessMode> accessMode(String app, @NotNull @Valid Patches.AccessMode body) {
        AppState.AccessMode mode = body.accessMode();
        return change(
                        app,
                        "config.access_mode_updated",
                        Map.of("access_mode", mode.name().toLowerCase(Locale.ROOT)),
                        it -> it.accessMode(mode))
                .map(Answers.AccessMode::of);
    }

    @PATCH
    @Path("visibility")
    public Uni<Answers.Visibility> visibility(String app, @NotNull @Valid Patches.Visibility body) {
        return change(app, "config.visibility_updated", body.changes(), body::applyTo)
                .map(Answers.Visibility::of);
    }

    @PATCH
    @Path("strict-rls")
    public Uni<Answers.StrictRls> strictRls(String app, @NotNull @Valid Patches.StrictRls body) {
        boolean strict = body.strictRls();
        return change(app, "config.strict_rls_updated", Map.of("strict_rls", strict), it -> it.strictRls(strict))
                .call(_ -> request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                        .chain(acting -> tables.settle(acting.app())))
                .map(Answers.StrictRls::of);
    }

    @PATCH
    @Path("pause")
    public Uni<Answers.Pause> pause(String app, @NotNull @Valid Patches.Pause body) {
        return change(app, body.paused() ? "app.paused" : "app.resumed", body.changes(), body::applyTo)
                .map(Answers.Pause::of);
    }

    private Uni<AppId> administered(String app) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .map(acting -> acting.app().appId());
    }

    private Uni<App> change(String app, String eventType, Map<String, ?> data, Consumer<App> change) {
        Function<AppId, Uni<App>> audited =
                id -> audit.event(id, eventType, Audit.Action.UPDATE, "app_config", id.value(), data)
                        .chain(event -> states.change(id, change, event));
        return administered(app).chain(audited::apply);
    }
}
