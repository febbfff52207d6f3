package dev.ghee.control.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Reads and changes an app's schema. Only for those who administer the app. */
@Path("/v1/{app}/schema")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class SchemaResource {
    private static final int MAX_NAME = 200;

    private final SchemaStore store;
    private final AdministeredApp apps;
    private final CommittedChange change;
    private final String publicUrl;

    SchemaResource(
            SchemaStore store,
            AdministeredApp apps,
            CommittedChange change,
            @ConfigProperty(name = "ghee.public-url") String publicUrl) {
        this.store = store;
        this.apps = apps;
        this.change = change;
        this.publicUrl = publicUrl;
    }

    record Current(
            @JsonProperty("app_id") String appId,
            JsonNode schema,
            @JsonProperty("api_base") String apiBase,
            @JsonProperty("_meta") Map<String, Object> meta) {}

    record Statement(
            String sql,
            String description,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean destructive) {}

    /** The answer of an apply; which fields it has depends on what was done. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            @JsonProperty("dry_run") @Nullable Boolean dryRun,
            int applied,
            List<Statement> statements,
            @Nullable String message,
            @JsonProperty("migration_id") @Nullable Integer migrationId,
            List<String> warnings) {}

    @GET
    public Current schema(String app) {
        AppState state = apps.ready(app, ErrorCode.APP_NOT_FOUND);
        return new Current(
                state.appId().value(),
                SchemaRenderer.render(store.read(state)),
                publicUrl + "/v1/" + state.appId().value(),
                Map.of(
                        "next_actions",
                        List.of(Map.of(
                                "action",
                                "POST /v1/" + state.appId().value() + "/schema/apply",
                                "description",
                                "Apply a changed schema; dry_run shows what would happen"))));
    }

    @POST
    @Path("apply")
    public Result apply(String app, @Nullable JsonNode body) {
        AppState state = apps.ready(app, ErrorCode.APP_NOT_FOUND);
        JsonNode request = body != null && body.isObject() ? body : JsonNodeFactory.instance.objectNode();
        boolean dryRun = dryRun(request.path("dry_run"));
        String name = name(request.path("name"));
        DesiredSchema desired = SchemaParser.parse(request.get("schema"));
        var outcome = dryRun ? store.plan(state, desired) : store.apply(state, desired, name);
        return switch (outcome) {
            case SchemaStore.Outcome.UpToDate(List<String> warnings) ->
                new Result(null, 0, List.of(), "Schema is up to date", null, warnings);
            case SchemaStore.Outcome.Planned(List<Change> changes, List<String> warnings) ->
                new Result(true, changes.size(), statements(changes, true), null, null, warnings);
            case SchemaStore.Outcome.Applied(List<Change> changes, int id, List<String> warnings) -> {
                record(state, changes, id, name);
                yield new Result(null, changes.size(), statements(changes, false), null, id, warnings);
            }
        };
    }

    private void record(AppState app, List<Change> changes, int migration, String name) {
        change.tell(
                app,
                "schema.applied",
                Audit.Action.UPDATE,
                "schema",
                Integer.toString(migration),
                Map.of(
                        "name",
                        name,
                        "changes",
                        changes.stream().map(Change::description).limit(100).toList()));
    }

    private static List<Statement> statements(List<Change> changes, boolean planned) {
        return changes.stream()
                .map(change -> new Statement(change.sql(), change.description(), planned ? change.destructive() : null))
                .toList();
    }

    private static boolean dryRun(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return false;
        }
        // Whatever is not plainly a no must not change a database.
        return switch (node.asText()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid("dry_run", "Must be true or false");
        };
    }

    private static String name(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "schema_"
                    + Instant.now()
                            .truncatedTo(ChronoUnit.MILLIS)
                            .toString()
                            .replace(':', '-')
                            .replace('.', '-');
        }
        String name = node.asText();
        if (!node.isTextual()
                || name.isBlank()
                || name.length() > MAX_NAME
                || name.chars().anyMatch(Character::isISOControl)) {
            throw invalid("name", "Must be a text of at most " + MAX_NAME + " printable characters");
        }
        return name;
    }

    private static GheeException invalid(String path, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, path + ": " + message)
                .withDetails(List.of(new SchemaParser.Violation(path, message)));
    }
}
