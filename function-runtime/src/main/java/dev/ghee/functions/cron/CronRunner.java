package dev.ghee.functions.cron;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.Trigger;
import dev.ghee.functions.invoke.InvocationResult;
import dev.ghee.functions.invoke.TriggerCall;
import dev.ghee.functions.trigger.FunctionRuns;
import dev.ghee.functions.trigger.TriggerIndex;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Calls functions at their ticks. Every replica knows all schedules and when each is next due; the one that moves the
 * function's row on makes the call. A replica that dies between the two takes that one call along.
 */
@ApplicationScoped
class CronRunner {
    private static final Logger LOG = Logger.getLogger(CronRunner.class);
    private static final long STEP_MILLIS = 500;
    /** Before the index begins to read. */
    private static final int EARLY = 1000;

    private final CronConfig config;
    private final CronStore store;
    private final FunctionRuns runs;
    private final TriggerIndex index;
    private final Vertx vertx;
    private final Map<AppId, Map<UUID, Planned>> plans = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("cron-", 0).factory());
    private volatile long timer = -1;

    CronRunner(CronConfig config, CronStore store, FunctionRuns runs, TriggerIndex index, Vertx vertx) {
        this.config = config;
        this.store = store;
        this.runs = runs;
        this.index = index;
        this.vertx = vertx;
    }

    /** A function and when it is next due. */
    private record Planned(
            AppState app, DeployedFunction function, Trigger.Cron cron, Schedule schedule, Instant next) {}

    void start(@Observes @Priority(EARLY) StartupEvent event) {
        index.onChange(this::plan);
        timer = vertx.setPeriodic(STEP_MILLIS, _ -> step(Instant.now()));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
        threads.shutdownNow();
    }

    private void plan(AppState app, List<DeployedFunction> functions) {
        Instant now = Instant.now();
        Map<UUID, Planned> planned = new ConcurrentHashMap<>();
        for (DeployedFunction function : functions) {
            function.trigger(Trigger.Cron.class).ifPresent(cron -> {
                Schedule schedule = new Schedule(cron.schedule(), cron.timezone());
                Instant taken = store.begin(app, function, cron, now);
                // A tick of this very moment may not have been served yet.
                schedule.latest(now, config.catchUp().plus(Duration.ofMillis(STEP_MILLIS)))
                        .filter(missed -> missed.isAfter(taken))
                        .ifPresent(missed -> fire(new Planned(app, function, cron, schedule, missed)));
                schedule.next(now)
                        .ifPresent(
                                next -> planned.put(function.id(), new Planned(app, function, cron, schedule, next)));
            });
        }
        if (planned.isEmpty()) {
            plans.remove(app.appId());
        } else {
            plans.put(app.appId(), planned);
        }
    }

    private void step(Instant now) {
        for (Map<UUID, Planned> ofApp : plans.values()) {
            ofApp.replaceAll((_, planned) -> planned.next().isAfter(now) ? planned : due(planned, now));
        }
    }

    private Planned due(Planned planned, Instant now) {
        Duration late = Duration.between(planned.next(), now);
        // A process that slept is as late as one that was not there.
        if (late.toSeconds() < 60 || late.compareTo(config.catchUp()) <= 0) {
            fire(planned);
        }
        return new Planned(
                planned.app(),
                planned.function(),
                planned.cron(),
                planned.schedule(),
                planned.schedule().next(now).orElse(Instant.MAX));
    }

    private void fire(Planned planned) {
        threads.execute(() -> {
            try {
                if (store.take(planned.app(), planned.function(), planned.cron(), planned.next())) {
                    run(planned);
                }
            } catch (RuntimeException e) {
                LOG.warnf(
                        "Tick not served: app=%s function=%s cause=%s",
                        planned.app().appId(), planned.function().name(), e);
            }
        });
    }

    private void run(Planned planned) {
        Integer status = null;
        String error = "";
        try {
            InvocationResult answer = runs.run(planned.app(), planned.function(), call(planned));
            status = answer.status();
            error = answer.succeeded() ? "" : "The function answered " + answer.status();
        } catch (GheeException e) {
            error = e.message();
        }
        store.finish(planned.app(), planned.function(), planned.next(), status, error);
    }

    private static TriggerCall call(Planned planned) {
        var body = new JsonObject()
                .put("type", "cron")
                .put("schedule", planned.cron().schedule())
                .put("timezone", planned.cron().timezone().getId())
                .put("scheduled_at", planned.next().toString());
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("content-type", "application/json");
        return new TriggerCall("cron", HttpMethod.POST, "/", headers, body.toBuffer(), null, 0);
    }
}
