package dev.ghee.control.platform;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;

/** Whether control-api lives, and whether it can serve. Public. */
@Path("/health")
class HealthResource {
    private static final Logger LOG = Logger.getLogger(HealthResource.class);
    private static final String SERVICE = "control-api";
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Pool database;

    HealthResource(Pool database) {
        this.database = database;
    }

    @GET
    public Alive alive() {
        return new Alive("ok", SERVICE);
    }

    @GET
    @Path("ready")
    public Uni<Response> ready() {
        return database.query("SELECT 1")
                .execute()
                .ifNoItem()
                .after(DEADLINE)
                .fail()
                .map(_ -> answer(200, "ready", "ok"))
                .onFailure()
                .recoverWithItem(e -> {
                    LOG.warnf("Control database does not answer: cause=%s", e);
                    return answer(503, "not_ready", "error");
                });
    }

    private static Response answer(int status, String text, String controlDb) {
        return Response.status(status)
                .entity(new Ready(text, SERVICE, Map.of("controlDb", controlDb)))
                .build();
    }

    record Alive(String status, String service) {}

    record Ready(String status, String service, Map<String, String> checks) {}
}
