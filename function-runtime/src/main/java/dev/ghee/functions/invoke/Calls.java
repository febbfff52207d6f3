package dev.ghee.functions.invoke;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.binding.Capabilities;
import dev.ghee.functions.binding.Grant;
import dev.ghee.functions.binding.Invocation;
import dev.ghee.functions.binding.Report;
import dev.ghee.functions.engine.Call;
import dev.ghee.functions.engine.CallBody;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.InvocationLog;
import dev.ghee.functions.function.InvocationRecord;
import dev.ghee.functions.function.InvocationRecord.ConsoleLine;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls from their beginning to their line in the log. */
@ApplicationScoped
class Calls {
    /** An answer that took longer than this from its head to its end may have said something meanwhile. */
    private static final Duration STREAMED = Duration.ofMillis(50);

    private final Capabilities capabilities;
    private final CallFacts facts;
    private final InvocationLog log;

    Calls(Capabilities capabilities, CallFacts facts, InvocationLog log) {
        this.capabilities = capabilities;
        this.facts = facts;
        this.log = log;
    }

    /**
     * Where a call comes from.
     *
     * @param kind of trigger, for the log
     * @param path without query, which may hold secrets
     * @param requestId given by the edge; null when nobody called over the network
     * @param ip of the client; empty when nobody called over the network
     */
    record Origin(
            String kind,
            HttpMethod method,
            String path,
            @Nullable String requestId,
            String ip,
            boolean secure) {}

    /** A new call; whoever begins one has to end it with {@link Running#answered} or {@link Running#failed}. */
    Running begin(AppState app, DeployedFunction function, CallingAs as, Origin origin, int loopDepth) {
        var grant = new Grant(app, function.id(), function.name(), as.claims(), function.allowAsService(), loopDepth);
        return new Running(function, as, origin, capabilities.issue(grant));
    }

    /** A call under way. */
    final class Running {
        private final DeployedFunction function;
        private final CallingAs as;
        private final Origin origin;
        private final Invocation invocation;
        private final Instant at = Instant.now();
        private final long began = System.nanoTime();
        private long headed;
        private long ended;
        private @Nullable Integer status;
        private @Nullable String failure;

        private Running(DeployedFunction function, CallingAs as, Origin origin, Invocation invocation) {
            this.function = function;
            this.as = as;
            this.origin = origin;
            this.invocation = invocation;
            invocation.over().onSuccess(this::record);
        }

        /** The call for the engine. */
        Call call(String uri, MultiMap headers, CallBody body) {
            String id = origin.requestId() == null ? UUID.randomUUID().toString() : origin.requestId();
            var request = new CallFacts.RequestFacts(id, origin.ip(), null, function.name());
            return new Call(
                    invocation.grant().app().appId(),
                    function.name(),
                    function.revision(),
                    function.limits(),
                    origin.method(),
                    uri,
                    headers,
                    body,
                    facts.of(invocation, as, request, origin.secure()));
        }

        /** The answer has begun. */
        void headed(int withStatus, boolean moreComes) {
            headed = System.nanoTime();
            status = withStatus;
            if (moreComes) {
                invocation.await();
            }
        }

        /** The answer has ended. */
        void answered() {
            ended = System.nanoTime();
            capabilities.answered(invocation, ended - headed > STREAMED.toNanos());
        }

        /** There is no answer, or it broke off. */
        void failed(Throwable cause) {
            ended = System.nanoTime();
            failure = cause instanceof GheeException known ? known.message() : "The answer broke off";
            if (status == null && cause instanceof GheeException known) {
                status = known.httpStatus();
            }
            capabilities.end(invocation);
        }

        private void record(Report report) {
            Report.Escaped escaped = report.error();
            log.record(new InvocationRecord(
                    invocation.grant().app(),
                    function,
                    at,
                    origin.kind(),
                    origin.method().name(),
                    origin.path(),
                    status,
                    Duration.ofNanos(ended - began),
                    null,
                    null,
                    false,
                    escaped != null ? escaped.message() : failure,
                    escaped == null ? null : escaped.stack(),
                    report.console().stream()
                            .map(line -> new ConsoleLine(line.level(), line.message(), line.timestamp()))
                            .toList(),
                    origin.requestId()));
        }
    }
}
