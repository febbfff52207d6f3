package dev.ghee.functions.object;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.object.run.Definition;
import dev.ghee.functions.object.run.ObjectHosts;
import dev.ghee.functions.object.run.RunningObjects;
import dev.ghee.functions.object.run.Whereabouts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Calls of objects by the app's own code, such as {@code ctx.invokeDO}: access modes are for others. */
@ApplicationScoped
public class ObjectCalls {
    private static final int MAX_DEPTH = 4;

    private final Vertx vertx;
    private final ObjectHosts hosts;
    private final ObjectForwarding forwarding;
    private final ObjectAccess access;
    private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();

    ObjectCalls(Vertx vertx, ObjectHosts hosts, ObjectForwarding forwarding, ObjectAccess access) {
        this.vertx = vertx;
        this.hosts = hosts;
        this.forwarding = forwarding;
        this.access = access;
    }

    /**
     * A call.
     *
     * @param name of the class, as in URLs
     * @param instance which object; any text of at most 512 bytes
     * @param headers as the object is to see them; {@code x-ghee-*}, {@code x-butterbase-*} and those of one connection
     *     are dropped
     * @param userId on whose behalf, or null
     * @param loopDepth how many calls of the app's own code it is inside of; more than four are refused
     */
    public record ObjectCall(
            String name,
            String instance,
            HttpMethod method,
            MultiMap headers,
            Buffer body,
            @Nullable String userId,
            int loopDepth) {}

    /** What the object answered, whatever its status; at most 10 MiB. */
    public record ObjectAnswer(int status, MultiMap headers, Buffer body) {}

    /**
     * Fails with {@code RESOURCE_NOT_FOUND} when there is no such class, {@code VALIDATION_INVALID_INPUT} for what cannot
     * be an instance and for calls too deep inside each other, {@code OBJECT_FAILED}, {@code FUNCTION_TIMEOUT} and
     * {@code SERVICE_BUSY}.
     */
    public Future<ObjectAnswer> call(AppState app, ObjectCall call) {
        ObjectAddress address = ObjectAddress.of(call.name(), call.instance()).orElse(null);
        if (address == null) {
            return refused(ErrorCode.VALIDATION_INVALID_INPUT, "That cannot be a class and an instance of it");
        }
        if (call.loopDepth() > MAX_DEPTH) {
            return refused(ErrorCode.VALIDATION_INVALID_INPUT, "More than " + MAX_DEPTH + " calls inside each other");
        }
        Whereabouts known = hosts.known(app.appId());
        return (known == null ? find(app) : Future.succeededFuture(known)).compose(place -> switch (place) {
            case Whereabouts.Nowhere _ -> refused(ErrorCode.RESOURCE_NOT_FOUND, "No such durable object class");
            case Whereabouts.Elsewhere other -> there(app, call, address, other);
            case Whereabouts.Here(RunningObjects running) -> here(app, call, address, running);
        });
    }

    private Future<Whereabouts> find(AppState app) {
        Context context = vertx.getOrCreateContext();
        Promise<Whereabouts> found = Promise.promise();
        waiting.execute(() -> {
            try {
                Whereabouts place = hosts.ready(app);
                context.runOnContext(_ -> found.complete(place));
            } catch (RuntimeException e) {
                context.runOnContext(_ -> found.fail(e));
            }
        });
        return found.future();
    }

    private Future<ObjectAnswer> here(AppState app, ObjectCall call, ObjectAddress address, RunningObjects running) {
        Definition.Served served = running.find(call.name());
        if (served == null) {
            return refused(ErrorCode.RESOURCE_NOT_FOUND, "No such durable object class");
        }
        if (!running.enter(false)) {
            return refused(ErrorCode.SERVICE_BUSY, "The app's objects start again");
        }
        RequestOptions to = request(call, address).setServer(running.address()).setHost("object");
        to.getHeaders().set("host", "object");
        visitor(call).write(to.getHeaders(), app.appId().value(), served, address);
        return forwarding.exchange(to, call.body()).onComplete(_ -> running.leave(false));
    }

    private Future<ObjectAnswer> there(
            AppState app, ObjectCall call, ObjectAddress address, Whereabouts.Elsewhere other) {
        RequestOptions to = request(call, address);
        if (!access.vouch(to.getHeaders(), visitor(call))) {
            return refused(
                    ErrorCode.SERVICE_BUSY, "The object is on another node, and ghee.internal-secret is not set");
        }
        URI node = URI.create(other.address());
        to.setHost(node.getHost()).setPort(node.getPort()).setURI("/v1/" + app.appId() + to.getURI());
        to.getHeaders().set(ObjectRoute.SENT_ON, "1");
        return forwarding.exchange(to, call.body());
    }

    private static Visitor visitor(ObjectCall call) {
        return new Visitor("loopback", call.userId(), call.loopDepth());
    }

    private static RequestOptions request(ObjectCall call, ObjectAddress address) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        call.headers().forEach(header -> {
            if (ObjectForwarding.mayPass(header.getKey())) {
                headers.add(header.getKey(), header.getValue());
            }
        });
        return new RequestOptions()
                .setMethod(call.method())
                .setURI(ObjectAddress.SEGMENT + address.name() + "/" + address.encodedInstance())
                .setHeaders(headers);
    }

    private static <T> Future<T> refused(ErrorCode code, String message) {
        return Future.failedFuture(new GheeException(code, message));
    }
}
