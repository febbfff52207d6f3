package dev.ghee.functions.cron;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.function.Trigger;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a function is called next, and what came of the last time. */
@Path("/v1/{app}/functions/{name}/schedule")
public class ScheduleResource {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final CurrentRequest request;
    private final FunctionDirectory functions;
    private final CronStore store;

    ScheduleResource(CurrentRequest request, FunctionDirectory functions, CronStore store) {
        this.request = request;
        this.functions = functions;
        this.store = store;
    }

    record LastRun(
            @JsonProperty("scheduled_at") Instant scheduledAt,
            @JsonProperty("started_at") Instant startedAt,
            @JsonProperty("finished_at") @Nullable Instant finishedAt,
            @Nullable Integer status,
            @Nullable String error) {}

    record View(
            String schedule,
            String timezone,
            @JsonProperty("next_run") @Nullable Instant nextRun,
            @JsonProperty("last_run") @Nullable LastRun lastRun) {}

    @GET
    @RunOnVirtualThread
    public View get(String app, String name) {
        AppState state = request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .await()
                .atMost(LIMIT)
                .app();
        DeployedFunction function = functions
                .find(state, name)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "No such function"));
        Trigger.Cron cron = function.trigger(Trigger.Cron.class)
                .orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "The function has no schedule"));
        return new View(
                cron.schedule(),
                cron.timezone().getId(),
                new Schedule(cron.schedule(), cron.timezone())
                        .next(Instant.now())
                        .orElse(null),
                store.last(state, function)
                        .map(run -> new LastRun(
                                run.scheduledAt(), run.startedAt(), run.finishedAt(), run.status(), run.error()))
                        .orElse(null));
    }
}
