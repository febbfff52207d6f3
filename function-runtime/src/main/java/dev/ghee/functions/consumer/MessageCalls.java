package dev.ghee.functions.consumer;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.function.Trigger;
import dev.ghee.functions.invoke.InvocationResult;
import dev.ghee.functions.invoke.TriggerCall;
import dev.ghee.functions.queue.QueueConfig;
import dev.ghee.functions.queue.QueueMessage;
import dev.ghee.functions.queue.QueueName;
import dev.ghee.functions.queue.QueueWork;
import dev.ghee.functions.trigger.FunctionRuns;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One attempt at one message, and what follows from it. */
@ApplicationScoped
class MessageCalls {
    private static final Logger LOG = Logger.getLogger(MessageCalls.class);
    /** What says nothing of the message: the attempt does not count. */
    private static final Set<ErrorCode> NOT_NOW = Set.of(
            ErrorCode.FUNCTION_CONCURRENCY_LIMIT,
            ErrorCode.SERVICE_BUSY,
            ErrorCode.APP_PAUSED,
            ErrorCode.EXTERNAL_DB_BUSY,
            ErrorCode.EXTERNAL_DB_ERROR);

    private static final Duration NOT_NOW_PAUSE = Duration.ofSeconds(5);

    private final QueueWork work;
    private final FunctionRuns runs;
    private final FunctionDirectory functions;
    private final BackOff backOff;

    MessageCalls(QueueWork work, FunctionRuns runs, FunctionDirectory functions, QueueConfig config) {
        this.work = work;
        this.runs = runs;
        this.functions = functions;
        this.backOff = new BackOff(config.firstRetry(), config.longestRetry());
    }

    /** The function that takes the queue's messages; of several, the first by name. */
    static Optional<DeployedFunction> taking(List<DeployedFunction> all, QueueName queue) {
        return all.stream()
                .filter(function -> function.trigger(Trigger.Queue.class)
                        .filter(trigger -> trigger.queue().equals(queue.text()))
                        .isPresent())
                .min(java.util.Comparator.comparing(DeployedFunction::name));
    }

    /** Never fails: what cannot be written down comes back when its lease ends. */
    void attempt(AppState app, QueueName queue, QueueMessage message, int maxAttempts) {
        try {
            String error = called(app, queue, message);
            if (error.isEmpty()) {
                work.done(app, message);
            } else {
                failed(app, message, error, maxAttempts);
            }
        } catch (GheeException e) {
            if (NOT_NOW.contains(e.code())) {
                notNow(app, message, e);
            } else {
                ifPossible(app, () -> failed(app, message, e.message(), maxAttempts));
            }
        } catch (Exception e) {
            LOG.warnf("Attempt at a message failed: app=%s queue=%s cause=%s", app.appId(), queue, e);
            ifPossible(app, () -> failed(app, message, "The attempt failed", maxAttempts));
        }
    }

    private void notNow(AppState app, QueueMessage message, GheeException e) {
        ifPossible(app, () -> work.again(app, message, NOT_NOW_PAUSE, e.message(), false));
    }

    private void failed(AppState app, QueueMessage message, String error, int maxAttempts) {
        if (message.attempts() >= maxAttempts) {
            work.bury(app, message, error);
        } else {
            work.again(app, message, backOff.after(message.attempts(), ThreadLocalRandom.current()), error, true);
        }
    }

    private static void ifPossible(AppState app, Runnable note) {
        try {
            note.run();
        } catch (RuntimeException e) {
            LOG.warnf("A message waits for its lease to end: app=%s cause=%s", app.appId(), e);
        }
    }

    /** Empty when the function took it. */
    private String called(AppState app, QueueName queue, QueueMessage message) throws Exception {
        List<DeployedFunction> all =
                functions.all(app).toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
        Optional<DeployedFunction> function = taking(all, queue);
        if (function.isEmpty()) {
            return "There is no function for the message";
        }
        InvocationResult answer = runs.run(app, function.get(), call(queue, message));
        return answer.succeeded() ? "" : "The function answered " + answer.status();
    }

    private static TriggerCall call(QueueName queue, QueueMessage message) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("content-type", "application/json")
                .add("x-butterbase-attempt", Integer.toString(message.attempts()))
                .add("x-butterbase-message-id", Long.toString(message.id()))
                .add("x-butterbase-queue", queue.text());
        return new TriggerCall("queue", HttpMethod.POST, "/", headers, Buffer.buffer(message.body()), null, 0);
    }
}
