package dev.ghee.functions.object;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.object.run.Definition;
import dev.ghee.functions.object.run.ObjectHosts;
import dev.ghee.functions.object.run.RunningObjects;
import dev.ghee.functions.object.run.Whereabouts;
import dev.ghee.functions.object.store.AccessMode;
import dev.ghee.functions.object.store.ObjectClass;
import dev.ghee.functions.object.store.ObjectClasses;
import dev.ghee.service.request.AppGuard;
import dev.ghee.service.site.SiteRequests;
import dev.ghee.tenancy.directory.AppDirectory;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** {@code /v1/{app}/_do/<name>/<instance>[/rest]}, over HTTP and as a WebSocket. */
@ApplicationScoped
class ObjectRoute {
    /** One node sent it to another; never twice. */
    static final String SENT_ON = "x-ghee-sent-on";

    private final Vertx vertx;
    private final AppDirectory apps;
    private final ObjectHosts hosts;
    private final ObjectClasses classes;
    private final ObjectAccess access;
    private final ObjectForwarding forwarding;
    private final ObjectAnswers answers;
    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();

    ObjectRoute(
            Vertx vertx,
            AppDirectory apps,
            ObjectHosts hosts,
            ObjectClasses classes,
            ObjectAccess access,
            ObjectForwarding forwarding,
            ObjectAnswers answers) {
        this.vertx = vertx;
        this.apps = apps;
        this.hosts = hosts;
        this.classes = classes;
        this.access = access;
        this.forwarding = forwarding;
        this.answers = answers;
    }

    /** What is known of a request. */
    private record Visit(HttpServerRequest request, String uri, AppState app, ObjectAddress address) {}

    void register(@Observes Router router) {
        router.route("/v1/:app/_do/*").handler(this::handle);
        // By host: SiteRequests has sent those of known apps on.
        router.route("/_do/*").handler(ctx -> answers.notFound(ctx.request()));
    }

    private void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        @Nullable String original = ctx.get(SiteRequests.ORIGINAL_URI);
        String uri = original == null ? request.uri() : original;
        Optional<ObjectAddress> address = ObjectAddress.parse(pathOf(uri));
        @Nullable String app = ctx.pathParam("app");
        if (address.isEmpty() || app == null || !AppId.isValid(app)) {
            answers.notFound(request);
            return;
        }
        request.pause();
        AppId id = new AppId(app);
        AppState known = apps.known(id).orElse(null);
        if (known != null) {
            visit(new Visit(request, uri, known, address.get()));
            return;
        }
        apps.find(id).subscribe().with(state -> visit(new Visit(request, uri, state, address.get())), failure -> {
            if (failure instanceof GheeException ghee && ghee.code() == ErrorCode.APP_NOT_FOUND) {
                answers.notFound(request);
            } else {
                answers.failed(request, failure);
            }
        });
    }

    private static String pathOf(String uri) {
        int end = uri.indexOf('?');
        return end < 0 ? uri : uri.substring(0, end);
    }

    private void visit(Visit visit) {
        try {
            AppGuard.requireServing(visit.app());
        } catch (GheeException e) {
            answers.failed(visit.request(), e);
            return;
        }
        switch (hosts.known(visit.app().appId())) {
            case Whereabouts.Here(RunningObjects running)
            when running.find(visit.address().name()) instanceof Definition.Served served -> {
                admit(visit, served.access());
                return;
            }
            case Whereabouts.Elsewhere other -> {
                sendOn(visit, other);
                return;
            }
            case null, default -> {}
        }
        // Somebody who may not enter does not get anything started.
        wait(
                        visit,
                        () -> classes.find(visit.app(), visit.address().name())
                                .filter(found -> found.running() != null)
                                .map(ObjectClass::accessMode))
                .thenAccept(mode ->
                        mode.ifPresentOrElse(found -> admit(visit, found), () -> answers.notFound(visit.request())));
    }

    private void admit(Visit visit, AccessMode mode) {
        access.admit(visit.request(), visit.app(), mode)
                .subscribe()
                .with(
                        caller -> caller.ifPresentOrElse(
                                admitted -> enter(visit, admitted), () -> answers.unauthorized(visit.request())),
                        failure -> answers.failed(visit.request(), failure));
    }

    private void enter(Visit visit, Visitor caller) {
        if (hosts.known(visit.app().appId()) instanceof Whereabouts.Here(RunningObjects running)
                && send(visit, caller, running)) {
            return;
        }
        wait(visit, () -> hosts.ready(visit.app())).thenAccept(ready -> {
            switch (ready) {
                case Whereabouts.Nowhere _ -> answers.notFound(visit.request());
                case Whereabouts.Elsewhere other -> sendOn(visit, other);
                case Whereabouts.Here(RunningObjects running) -> {
                    if (!send(visit, caller, running)) {
                        answers.failed(visit.request(), startsAgain());
                    }
                }
            }
        });
    }

    private static GheeException startsAgain() {
        return new GheeException(ErrorCode.SERVICE_BUSY, "The app's objects start again")
                .withHeader("Retry-After", "1");
    }

    /** To the node that has the objects, as it came: that node looks at who calls, too. */
    private void sendOn(Visit visit, Whereabouts.Elsewhere other) {
        HttpServerRequest request = visit.request();
        if (request.headers().contains(SENT_ON)) {
            // Two nodes that each take the other for the holder: the lease is about to change hands.
            answers.failed(request, startsAgain());
            return;
        }
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (Map.Entry<String, String> header : request.headers()) {
            if (ObjectForwarding.mayPass(header.getKey())) {
                headers.add(header.getKey(), header.getValue());
            }
        }
        @Nullable String host = SiteRequests.hostOf(request);
        if (host != null) {
            headers.set("x-forwarded-host", host);
        }
        headers.set(SENT_ON, "1");
        URI node = URI.create(other.address());
        var to = new RequestOptions()
                .setHost(node.getHost())
                .setPort(node.getPort())
                .setURI(visit.uri())
                .setHeaders(headers);
        forwarding.forward(request, to, () -> {});
    }

    /** False when the process is being ended, so that another has to be waited for. */
    private boolean send(Visit visit, Visitor caller, RunningObjects running) {
        Definition.Served served = running.find(visit.address().name());
        if (served == null) {
            answers.notFound(visit.request());
            return true;
        }
        boolean socket = ObjectForwarding.isSocket(visit.request());
        try {
            if (!running.enter(socket)) {
                return false;
            }
        } catch (GheeException e) {
            answers.failed(visit.request(), e);
            return true;
        }
        var to = new RequestOptions()
                .setServer(running.address())
                .setHost("object")
                .setURI(visit.uri())
                .setHeaders(headers(visit, caller, served));
        forwarding.forward(visit.request(), to, () -> running.leave(socket));
        return true;
    }

    private static MultiMap headers(Visit visit, Visitor caller, Definition.Served served) {
        HttpServerRequest request = visit.request();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (Map.Entry<String, String> header : request.headers()) {
            if (ObjectForwarding.mayPass(header.getKey())) {
                headers.add(header.getKey(), header.getValue());
            }
        }
        @Nullable String host = SiteRequests.hostOf(request);
        headers.set("host", host == null ? "object" : host);
        caller.write(headers, visit.app().appId().value(), served, visit.address());
        return headers;
    }

    private interface Work<T> {
        T run();
    }

    /** Runs work that waits, and goes on where the request lives; its failure is the answer. */
    private <T> CompletionStage<T> wait(Visit visit, Work<T> work) {
        Context context = vertx.getOrCreateContext();
        var result = new CompletableFuture<T>();
        waiting.execute(() -> {
            try {
                T value = work.run();
                context.runOnContext(_ -> result.complete(value));
            } catch (RuntimeException e) {
                context.runOnContext(_ -> answers.failed(visit.request(), e));
            }
        });
        return result;
    }
}
