package dev.ghee.control.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The ledger of an app's schema changes. */
@Path("/v1/{app}/migrations")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class MigrationsResource {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final SchemaStore store;
    private final AdministeredApp apps;

    MigrationsResource(SchemaStore store, AdministeredApp apps) {
        this.store = store;
        this.apps = apps;
    }

    record Migration(
            int id,
            String description,
            @JsonProperty("applied_sql") String appliedSql,
            @JsonProperty("applied_at") String appliedAt) {}

    /** @param templateMigrations those that came with a template; none yet */
    record Migrations(
            @JsonProperty("app_id") String appId,
            List<Migration> migrations,
            @JsonProperty("template_migrations") List<Migration> templateMigrations) {}

    @GET
    public Migrations migrations(String app) {
        AppState state = apps.ready(app, ErrorCode.APP_NOT_FOUND);
        List<Migration> migrations = store.migrations(state).stream()
                .map(migration -> new Migration(
                        migration.id(),
                        migration.description(),
                        migration.appliedSql(),
                        MILLIS.format(migration.appliedAt())))
                .toList();
        return new Migrations(state.appId().value(), migrations, List.of());
    }
}
