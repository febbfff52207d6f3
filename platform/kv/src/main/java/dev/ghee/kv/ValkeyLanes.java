package dev.ghee.kv;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.netty.channel.EventLoop;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Valkey per event loop, on which commands follow each other without waiting for answers: a pool that
 * lends a connection for each command would have to hand most of them from thread to thread. A connection that ended is
 * replaced by the next command; those under way on it fail.
 */
@ApplicationScoped
class ValkeyLanes {
    private final Vertx vertx;
    private final Redis valkey;
    private final Duration timeout;
    private final ConcurrentHashMap<EventLoop, Lane> lanes = new ConcurrentHashMap<>();

    ValkeyLanes(Vertx vertx, Redis valkey, KvConfig config) {
        this.vertx = vertx;
        this.valkey = valkey;
        this.timeout = config.timeout();
    }

    /**
     * Completes in the caller's context. Fails with {@link ErrorType} when Valkey refuses the command, and with 503
     * {@code KV_UNAVAILABLE} when it does not answer.
     */
    Future<Response> send(Request command) {
        ContextInternal caller = (ContextInternal) vertx.getOrCreateContext();
        Promise<Response> result = caller.promise();
        lanes.computeIfAbsent(caller.nettyEventLoop(), loop -> new Lane(loopContext(caller)))
                .send(command)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(answer -> complete(result, answer));
        return result.future();
    }

    private static void complete(Promise<Response> result, AsyncResult<Response> answer) {
        if (answer.succeeded()) {
            result.complete(answer.result());
        } else if (answer.cause() instanceof ErrorType refused) {
            result.fail(refused);
        } else {
            result.fail(unavailable(answer.cause()));
        }
    }

    static GheeException unavailable(Throwable cause) {
        return new GheeException(ErrorCode.KV_UNAVAILABLE, "The key-value store does not answer", cause)
                .withHeader("Retry-After", "1");
    }

    private static ContextInternal loopContext(ContextInternal caller) {
        return caller.owner().createEventLoopContext(caller.nettyEventLoop(), null, caller.classLoader());
    }

    private final class Lane {
        private final ContextInternal loop;
        private final AtomicReference<@Nullable Future<RedisConnection>> current = new AtomicReference<>();

        Lane(ContextInternal loop) {
            this.loop = loop;
        }

        Future<Response> send(Request command) {
            Future<RedisConnection> connection = current.get();
            if (connection == null) {
                connection = connect();
            }
            return connection.compose(open -> open.send(command));
        }

        private Future<RedisConnection> connect() {
            Promise<RedisConnection> opening = loop.promise();
            Future<RedisConnection> mine = opening.future();
            if (!current.compareAndSet(null, mine)) {
                Future<RedisConnection> others = current.get();
                return others == null ? connect() : others;
            }
            loop.runOnContext(_ -> valkey.connect()
                    .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .onSuccess(connection -> {
                        connection.endHandler(_ -> current.compareAndSet(mine, null));
                        connection.exceptionHandler(_ -> forget(mine, connection));
                        opening.complete(connection);
                    })
                    .onFailure(failure -> {
                        current.compareAndSet(mine, null);
                        opening.fail(failure);
                    }));
            return mine;
        }

        private void forget(Future<RedisConnection> mine, RedisConnection connection) {
            if (current.compareAndSet(mine, null)) {
                connection.close();
            }
        }
    }
}
