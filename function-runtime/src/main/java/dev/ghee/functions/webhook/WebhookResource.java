package dev.ghee.functions.webhook;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.function.Trigger;
import dev.ghee.functions.invoke.InvocationResult;
import dev.ghee.functions.invoke.TriggerCall;
import dev.ghee.functions.trigger.FunctionRuns;
import dev.ghee.service.request.AppGuard;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Calls by others who sign what they send. The function is called as the app itself, and answers. */
@Path("/v1/{app}/webhook/{name}")
public class WebhookResource {
    private static final Logger LOG = Logger.getLogger(WebhookResource.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_BODY = 1024 * 1024;
    private static final int MAX_ATTEMPT_SECONDS = 15;
    /** Of the connection or of the platform, and no business of the function or of who called. */
    private static final Set<String> NOT_PASSED = Set.of(
            "connection",
            "keep-alive",
            "transfer-encoding",
            "content-length",
            "upgrade",
            "te",
            "trailer",
            "host",
            "proxy-authorization",
            "proxy-authenticate",
            "date");

    private final HttpServerRequest http;
    private final AppDirectory apps;
    private final FunctionDirectory functions;
    private final WebhookDeliveries deliveries;
    private final FunctionRuns runs;

    WebhookResource(
            HttpServerRequest http,
            AppDirectory apps,
            FunctionDirectory functions,
            WebhookDeliveries deliveries,
            FunctionRuns runs) {
        this.http = http;
        this.apps = apps;
        this.functions = functions;
        this.deliveries = deliveries;
        this.runs = runs;
    }

    record Refused(String error) {}

    record Duplicate(boolean ok, boolean duplicate) {}

    @POST
    @Consumes(MediaType.WILDCARD)
    @RunOnVirtualThread
    public Response call(String app, String name, byte @Nullable [] sent) throws Exception {
        byte[] body = sent == null ? new byte[0] : sent;
        if (body.length > MAX_BODY) {
            throw new GheeException(ErrorCode.REQUEST_ERROR, "The body has at most " + MAX_BODY + " bytes")
                    .withStatus(413);
        }
        AppState state = apps.find(app).await().atMost(LIMIT);
        AppGuard.requireServing(state);
        DeployedFunction function = functions
                .find(state, name)
                .toCompletionStage()
                .toCompletableFuture()
                .get(MAX_ATTEMPT_SECONDS, TimeUnit.SECONDS)
                .orElseThrow(WebhookResource::notFound);
        Trigger.Webhook trigger = function.trigger(Trigger.Webhook.class).orElseThrow(WebhookResource::notFound);
        if (!WebhookSignature.isRight(trigger, http.headers(), body, Instant.now())) {
            return Response.status(401)
                    .type(MediaType.APPLICATION_JSON_TYPE)
                    .entity(new Refused("signature verification failed"))
                    .build();
        }
        byte[] key = WebhookDeliveries.key(trigger, http.headers(), body);
        if (!deliveries.claim(state, function, key)) {
            return Response.ok(new Duplicate(true, true), MediaType.APPLICATION_JSON_TYPE)
                    .header("x-butterbase-duplicate", "true")
                    .build();
        }
        return answer(state, function, key, body);
    }

    private Response answer(AppState app, DeployedFunction function, byte[] key, byte[] body) {
        boolean taken = false;
        try {
            InvocationResult answer = runs.run(app, function, call(body));
            taken = answer.status() < 300;
            Response.ResponseBuilder response = Response.status(answer.status());
            for (Map.Entry<String, String> header : answer.headers()) {
                if (!NOT_PASSED.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                    response.header(header.getKey(), header.getValue());
                }
            }
            return answer.body().length() == 0
                    ? response.build()
                    : response.entity(answer.body().getBytes()).build();
        } finally {
            if (!taken) {
                release(app, function, key);
            }
        }
    }

    /** What the function did not take may be sent again. */
    private void release(AppState app, DeployedFunction function, byte[] key) {
        try {
            deliveries.release(app, function, key);
        } catch (RuntimeException e) {
            LOG.warnf("A failed webhook counts as a duplicate for a day: app=%s cause=%s", app.appId(), e);
        }
    }

    private TriggerCall call(byte[] body) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (Map.Entry<String, String> header : http.headers()) {
            if (!NOT_PASSED.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                headers.add(header.getKey(), header.getValue());
            }
        }
        return new TriggerCall("webhook", HttpMethod.POST, http.uri(), headers, Buffer.buffer(body), null, 0);
    }

    private static GheeException notFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "The function has no webhook");
    }
}
