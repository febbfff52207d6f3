package dev.ghee.functions.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppId;
import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The two Unix sockets on which a function process finds this service. Only its dispatcher has the way to the
 * supervisor's, which gives code; functions have the host's. Whose process it is, is known here.
 */
final class HostSockets {
    private static final Logger LOG = Logger.getLogger(HostSockets.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CODE = "/code/";
    private static final String CAUSE = "/cause/";
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    /** workerd prints a cause at about the time at which it tells the code. */
    private static final int CAUSE_ATTEMPTS = 10;

    private static final long CAUSE_PAUSE_MILLIS = 10;

    private final Vertx vertx;
    private final FunctionCodeSource code;
    private final HostHandler host;
    private final List<HttpServer> servers = new ArrayList<>();
    private final AtomicInteger loads = new AtomicInteger();
    private volatile @Nullable FunctionProcess owner;

    HostSockets(Vertx vertx, FunctionCodeSource code, HostHandler host) {
        this.vertx = vertx;
        this.code = code;
        this.host = host;
    }

    void ownedBy(FunctionProcess process) {
        owner = process;
    }

    /** How often code was given. */
    int loads() {
        return loads.get();
    }

    Future<?> listenForHost(Path socket) {
        return listen(socket, request -> {
            AppId app = app();
            if (app == null) {
                refuse(request, 503, "This process is no app's yet");
            } else {
                host.handle(app, request);
            }
        });
    }

    Future<?> listenForSupervisor(Path socket) {
        return listen(socket, this::supervise);
    }

    private synchronized Future<?> listen(Path socket, io.vertx.core.Handler<HttpServerRequest> handler) {
        HttpServer server = vertx.createHttpServer(
                new HttpServerOptions().setMaxHeaderSize(MAX_HEADER_BYTES).setMaxInitialLineLength(16 * 1024));
        servers.add(server);
        return server.requestHandler(handler).listen(SocketAddress.domainSocketAddress(socket.toString()));
    }

    synchronized void close() {
        servers.forEach(HttpServer::close);
        servers.clear();
    }

    private @Nullable AppId app() {
        FunctionProcess process = owner;
        return process == null ? null : process.app();
    }

    private void supervise(HttpServerRequest request) {
        String path = request.path();
        AppId app = app();
        if (app != null && path.startsWith(CODE)) {
            giveCode(app, path.substring(CODE.length()), request);
        } else if (path.startsWith(CAUSE)) {
            giveCause(path.substring(CAUSE.length()), request, CAUSE_ATTEMPTS);
        } else {
            refuse(request, 404, "No such path");
        }
    }

    private void giveCode(AppId app, String id, HttpServerRequest request) {
        int at = id.lastIndexOf('@');
        if (at < 0) {
            refuse(request, 404, "No such path");
            return;
        }
        loads.incrementAndGet();
        code.load(app, id.substring(0, at), id.substring(at + 1))
                .onSuccess(found -> give(found, request))
                .onFailure(failure -> {
                    boolean known = failure instanceof GheeException;
                    if (!known) {
                        LOG.warnf(failure, "Cannot load the code of %s for %s", id, app);
                    }
                    refuse(request, 404, known ? ((GheeException) failure).message() : "its code cannot be read");
                });
    }

    private static void give(FunctionCode code, HttpServerRequest request) {
        try {
            byte[] body = JSON.writeValueAsBytes(
                    Map.of("mainModule", code.mainModule(), "modules", code.modules(), "env", code.env()));
            request.response().end(io.vertx.core.buffer.Buffer.buffer(body));
        } catch (JsonProcessingException e) {
            refuse(request, 500, "its code cannot be written as JSON");
        }
    }

    private void giveCause(String reference, HttpServerRequest request, int attempts) {
        FunctionProcess process = owner;
        String cause =
                process == null ? null : process.workerd().cause(reference).orElse(null);
        if (cause != null) {
            request.response().end(RefusedConnections.explain(cause));
        } else if (attempts > 0) {
            vertx.setTimer(CAUSE_PAUSE_MILLIS, _ -> giveCause(reference, request, attempts - 1));
        } else {
            refuse(request, 404, "");
        }
    }

    private static void refuse(HttpServerRequest request, int status, String message) {
        request.response().setStatusCode(status).end(message);
    }
}
