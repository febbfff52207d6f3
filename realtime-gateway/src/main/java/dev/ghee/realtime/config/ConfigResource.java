package dev.ghee.realtime.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.realtime.log.ChangeLog;
import dev.ghee.realtime.policy.PolicyReports;
import dev.ghee.realtime.policy.PolicyReports.PolicyReport;
import dev.ghee.realtime.publication.LiveTable;
import dev.ghee.realtime.publication.RealtimeTables;
import dev.ghee.realtime.slot.ReplicationSlots;
import dev.ghee.realtime.stream.AppStreams;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.service.request.CurrentRequest.Acting;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Turns tables live; for the app's administrators. */
@Path("/v1/{app}/realtime")
public class ConfigResource {
    private static final Logger LOG = Logger.getLogger(ConfigResource.class);
    private static final int MAX_TABLES = 1000;
    private static final List<String> EVENTS = List.of("INSERT", "UPDATE", "DELETE");
    private static final Duration CALLER_LIMIT = Duration.ofSeconds(10);

    private final CurrentRequest request;
    private final RealtimeTables tables;
    private final AppStreams streams;
    private final ReplicationSlots slots;
    private final PolicyReports policies;
    private final ChangeLog log;
    private final String publicUrl;

    ConfigResource(
            CurrentRequest request,
            RealtimeTables tables,
            AppStreams streams,
            ReplicationSlots slots,
            PolicyReports policies,
            ChangeLog log,
            @ConfigProperty(name = "ghee.public-url", defaultValue = "http://127.0.0.1:4000") String publicUrl) {
        this.request = request;
        this.tables = tables;
        this.streams = streams;
        this.slots = slots;
        this.policies = policies;
        this.log = log;
        this.publicUrl = publicUrl;
    }

    record Configure(@Nullable List<String> tables) {}

    record Configured(List<Status> configured) {}

    record Status(String table, String status) {}

    record Config(
            @JsonProperty("app_id") String appId,
            List<TableConfig> tables,
            @JsonProperty("active_connection") boolean activeConnection,
            @JsonProperty("websocket_url") String websocketUrl,
            StreamReport.Lag lag,
            StreamReport.SlotReport slot) {}

    record TableConfig(
            @JsonProperty("table_name") String tableName,
            List<String> events,
            boolean enabled,
            @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("updated_at") Instant updatedAt,
            @JsonProperty("trigger_installed") boolean triggerInstalled,
            boolean drift,
            List<PolicyReport> policies) {
        static TableConfig of(LiveTable table, List<PolicyReport> policies) {
            return new TableConfig(
                    table.name(),
                    EVENTS,
                    table.enabled(),
                    table.createdAt(),
                    table.updatedAt(),
                    table.enabled() && !table.drift(),
                    table.drift(),
                    policies);
        }
    }

    @POST
    @Path("configure")
    @RunOnVirtualThread
    public Configured configure(String app, @Nullable Configure body) {
        Acting acting = acting(app);
        List<String> names = body == null ? null : body.tables();
        if (names == null || names.isEmpty()) {
            throw new GheeException(ErrorCode.VALIDATION_MISSING_FIELD, "Name at least one table in \"tables\"");
        }
        if (names.size() > MAX_TABLES) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "At most " + MAX_TABLES + " tables at once");
        }
        tables.enable(acting.app(), names);
        streams.tablesChanged(acting.app());
        names.forEach(name -> audit(acting, "realtime.configured", "enable", name));
        return new Configured(names.stream()
                .distinct()
                .map(name -> new Status(name, "enabled"))
                .toList());
    }

    @GET
    @Path("config")
    @RunOnVirtualThread
    public Config config(String app) {
        AppState state = acting(app).app();
        List<LiveTable> live = tables.list(state);
        Map<String, List<PolicyReport>> reports = policies(state, live);
        StreamReport report = report(state);
        return new Config(
                state.appId().value(),
                live.stream()
                        .map(table -> TableConfig.of(table, reports.getOrDefault(table.name(), List.of())))
                        .toList(),
                // Any gateway may be the one that reads the slot.
                streams.isStreaming(state.appId()) || report.slot().beingRead(),
                publicUrl.replaceFirst("^http", "ws") + "/v1/" + state.appId() + "/realtime",
                report.lag(),
                report.slot());
    }

    private Map<String, List<PolicyReport>> policies(AppState app, List<LiveTable> live) {
        try {
            return policies.of(app, live.stream().map(LiveTable::name).toList());
        } catch (SQLException e) {
            throw new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not answer", e);
        }
    }

    private StreamReport report(AppState app) {
        try {
            return StreamReport.of(app.appId(), slots.find(app));
        } catch (SQLException e) {
            throw new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not answer", e);
        }
    }

    @DELETE
    @Path("{table}")
    @RunOnVirtualThread
    public Status disable(String app, String table) {
        Acting acting = acting(app);
        tables.disable(acting.app(), table);
        audit(acting, "realtime.disabled", "disable", table);
        return new Status(table, "disabled");
    }

    /** The app and its administrator. Anonymous callers are told 403 here, not 401. */
    private Acting acting(String app) {
        if (request.caller().await().atMost(CALLER_LIMIT) instanceof Caller.Anonymous) {
            throw new GheeException(
                    ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS, "Only the app's administrators may do this");
        }
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .await()
                .atMost(CALLER_LIMIT);
    }

    private void audit(Acting acting, String type, String action, String table) {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("table", table);
        var event = new AuditEvent(
                UUID.randomUUID(),
                acting.app().appId(),
                "admin",
                type,
                action,
                "realtime_table",
                table,
                actorType(acting.caller()),
                actorId(acting.caller()),
                data,
                request.clientAddress(),
                request.userAgent(),
                true,
                null,
                request.requestId(),
                Instant.now());
        log.audit(event).exceptionally(e -> {
            LOG.warnf("Audit event not written: app=%s type=%s", event.appId(), type);
            return null;
        });
    }

    private static String actorType(Caller caller) {
        return switch (caller) {
            case Caller.ServiceKey _ -> "api_key";
            case Caller.PlatformOwner _ -> "platform_user";
            case Caller.EndUser _ -> "app_user";
            case Caller.Anonymous _ -> "anonymous";
        };
    }

    private static @Nullable String actorId(Caller caller) {
        return switch (caller) {
            case Caller.ServiceKey key -> key.keyId();
            case Caller.PlatformOwner owner -> owner.userId();
            case Caller.EndUser user -> user.userId();
            case Caller.Anonymous _ -> null;
        };
    }
}
