package dev.ghee.kv;

import dev.ghee.contracts.AppId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Runs {@code store.lua}, which Valkey remembers by its SHA-1 and is sent again after it has forgotten it. */
@ApplicationScoped
class StoreScript {
    private static final int KEYS = 4;

    private final ValkeyLanes valkey;
    private final String source;
    private final String sha1;

    StoreScript(ValkeyLanes valkey) {
        this.valkey = valkey;
        this.source = source();
        this.sha1 = sha1(source);
    }

    /**
     * The script's answer.
     *
     * @param rules version of the rules by which the caller was let in; empty when none are needed
     * @param arguments texts and {@link Buffer}s
     */
    Future<Response> run(AppId app, KvLimits limits, String rules, String operation, List<Object> arguments) {
        return valkey.send(request(Command.EVALSHA, sha1, app, limits, rules, operation, arguments))
                .recover(failure -> failure instanceof ErrorType refused
                                && String.valueOf(refused.getMessage()).startsWith("NOSCRIPT")
                        ? valkey.send(request(Command.EVAL, source, app, limits, rules, operation, arguments))
                        : Future.failedFuture(failure))
                .recover(failure ->
                        Future.failedFuture(failure instanceof ErrorType ? ValkeyLanes.unavailable(failure) : failure));
    }

    private static Request request(
            Command command,
            String script,
            AppId app,
            KvLimits limits,
            String rules,
            String operation,
            List<Object> arguments) {
        // The braces keep all keys of an app on one node of a cluster.
        String space = "ghee:kv:{" + app.value() + "}:";
        Request request = Request.cmd(command)
                .arg(script)
                .arg(KEYS)
                .arg(space + "counters")
                .arg(space + "names")
                .arg(space + "records")
                .arg(space + "expiries")
                .arg(space + "data:")
                .arg(limits.opsPerSecond())
                .arg(limits.keys())
                .arg(limits.storageBytes())
                .arg(limits.valueBytes())
                .arg(rules)
                .arg(operation);
        for (Object argument : arguments) {
            if (argument instanceof Buffer bytes) {
                request.arg(bytes);
            } else {
                request.arg(argument.toString());
            }
        }
        return request;
    }

    private static String source() {
        try (InputStream in = StoreScript.class.getResourceAsStream("store.lua")) {
            if (in == null) {
                throw new IllegalStateException("store.lua is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not for security: the name under which Valkey keeps a script. */
    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-1", e);
        }
    }
}
