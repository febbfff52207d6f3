package dev.ghee.storage.build;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.storage.hosting.site.Framework;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Deploys an app's site from its source; for the app's administrators. */
@Path("/v1/{app}/frontend/deployments/from-source")
@RunOnVirtualThread
public class BuildResource {
    private final CurrentRequest request;
    private final Builds builds;
    private final BuildLogReader reader;
    private final BuildConfig config;
    private final String publicUrl;

    BuildResource(
            CurrentRequest request,
            Builds builds,
            BuildLogReader reader,
            BuildConfig config,
            @ConfigProperty(name = "ghee.public-url", defaultValue = "http://127.0.0.1:4000") String publicUrl) {
        this.request = request;
        this.builds = builds;
        this.reader = reader;
        this.config = config;
        this.publicUrl = publicUrl;
    }

    record NewBuild(@Nullable String framework) {}

    record Created(
            @JsonProperty("deployment_id") String deploymentId,
            @JsonProperty("build_id") String buildId,
            @JsonProperty("upload_url") String uploadUrl,
            @JsonProperty("max_source_bytes") long maxSourceBytes) {
        /** Without the URL, which lets its bearer in. */
        @Override
        public String toString() {
            return "Created[" + deploymentId + "]";
        }
    }

    record Start(
            @Nullable String buildCommand,
            @Nullable String outputDir,
            @Nullable PackageManager packageManager,
            @Nullable String lockfileHash,
            @Nullable Map<String, @Nullable String> userEnv) {
        BuildPlan plan() {
            return BuildPlan.of(buildCommand, outputDir, packageManager, lockfileHash, userEnv);
        }

        /** Without the environment, which may hold secrets. */
        @Override
        public String toString() {
            return "Start[" + buildCommand + ", " + outputDir + "]";
        }
    }

    record Started(
            @JsonProperty("build_id") String buildId,
            String status,
            @JsonProperty("logs_url") String logsUrl,
            @JsonProperty("status_url") String statusUrl) {}

    @POST
    public Response create(String app, @Nullable NewBuild body) {
        AppState state = acting(app);
        Builds.Created created = builds.create(state, framework(body == null ? null : body.framework()));
        String id = created.deployment().toString();
        return Response.status(Response.Status.CREATED)
                .entity(new Created(
                        id, id, created.uploadUrl(), config.maxSourceBytes().asLongValue()))
                .build();
    }

    private static Framework framework(@Nullable String name) {
        if (name == null) {
            return Framework.OTHER;
        }
        return Framework.of(name)
                .orElseThrow(() -> new GheeException(
                        ErrorCode.VALIDATION_INVALID_SCHEMA,
                        "framework must be react-vite, nextjs-static, static or other"));
    }

    @POST
    @Path("{id}/start")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response start(String app, String id, @Nullable Start body) {
        AppState state = acting(app);
        UUID deployment = known(id);
        reader.state(state, deployment);
        BuildPlan plan = (body == null ? new Start(null, null, null, null, null) : body).plan();
        builds.start(state, deployment, plan);
        String base = publicUrl + "/v1/" + state.appId() + "/frontend/deployments/";
        return Response.accepted(new Started(
                        deployment.toString(),
                        "BUILDING",
                        base + "from-source/" + deployment + "/logs",
                        base + deployment))
                .build();
    }

    /** @param offset lines to leave out, as somebody has them already */
    @GET
    @Path("{id}/logs")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Response logs(String app, String id, @QueryParam("offset") @Nullable String offset) {
        AppState state = acting(app);
        UUID deployment = known(id);
        long from = offset(offset);
        reader.state(state, deployment);
        reader.requireRoom(state);
        StreamingOutput output = out -> reader.write(state, deployment, from, out);
        return Response.ok(output, MediaType.SERVER_SENT_EVENTS)
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    private static long offset(@Nullable String text) {
        try {
            long offset = text == null ? 0 : Long.parseLong(text);
            if (offset >= 0) {
                return offset;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "offset is a number of lines");
    }

    private static UUID known(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw BuildLogReader.notFound();
        }
    }

    private AppState acting(String app) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .await()
                .atMost(Builds.LIMIT)
                .app();
    }
}
