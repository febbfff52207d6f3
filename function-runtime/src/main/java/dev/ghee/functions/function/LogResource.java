package dev.ghee.functions.function;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls of a function, as a list and as they come; for the app's administrators. */
@Path("/v1/{app}/functions/{name}/logs")
public class LogResource {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    private final CurrentRequest request;
    private final FunctionStore store;
    private final InvocationStore invocations;
    private final LogStreams streams;

    LogResource(CurrentRequest request, FunctionStore store, InvocationStore invocations, LogStreams streams) {
        this.request = request;
        this.store = store;
        this.invocations = invocations;
        this.streams = streams;
    }

    @GET
    @RunOnVirtualThread
    public FunctionViews.Logs list(
            String app,
            String name,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("since") @Nullable String since,
            @QueryParam("level") @Nullable String level,
            @QueryParam("include_deleted") @Nullable String includeDeleted) {
        AppState state = acting(app);
        int wanted = limit == null ? DEFAULT_LIMIT : number(limit);
        var query = new LogQuery(wanted + 1, since == null ? null : time("since", since), errorsOnly(level));
        List<LogRows.Logged> calls =
                await(invocations.list(state, functions(state, name, "true".equals(includeDeleted)), query));
        return new FunctionViews.Logs(calls.stream().limit(wanted).toList(), calls.size() > wanted);
    }

    /** Blocking until the stream begins, so that a refusal is an answer with a status. */
    @GET
    @Path("stream")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    public Multi<OutboundSseEvent> stream(
            String app, String name, @HeaderParam("Last-Event-ID") @Nullable String lastEvent, @Context Sse sse) {
        AppState state = acting(app);
        @Nullable
        Instant since = lastEvent == null || lastEvent.isBlank() ? null : time("Last-Event-ID", lastEvent.strip());
        UUID function = functions(state, name, false).getFirst();
        return await(streams.open(state, function, since)).map(event -> sse(sse, event));
    }

    private static OutboundSseEvent sse(Sse sse, LogStreams.Event event) {
        return switch (event) {
            case LogStreams.Event.Alive _ ->
                sse.newEventBuilder().comment("keep-alive").build();
            case LogStreams.Event.Call(LogRows.Logged call) ->
                sse.newEventBuilder()
                        .id(call.timestamp().toString())
                        .name("log")
                        .mediaType(MediaType.APPLICATION_JSON_TYPE)
                        .data(call)
                        .build();
        };
    }

    private List<UUID> functions(AppState app, String name, boolean deletedToo) {
        List<UUID> ids = name.indexOf('\0') >= 0 ? List.of() : await(store.ids(app, name, deletedToo));
        if (ids.isEmpty()) {
            throw Deployer.notFound();
        }
        return ids;
    }

    private static boolean errorsOnly(@Nullable String level) {
        return switch (level) {
            case null -> false;
            case "error" -> true;
            // Clients' types know more levels than there are; a call has none of them.
            case "all", "debug", "info", "warn", "log" -> false;
            default -> throw invalid("level must be error or all");
        };
    }

    private static int number(String limit) {
        try {
            int number = Integer.parseInt(limit);
            if (number >= 1 && number <= MAX_LIMIT) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw invalid("limit must be a number from 1 to " + MAX_LIMIT);
        }
        throw invalid("limit must be a number from 1 to " + MAX_LIMIT);
    }

    private static Instant time(String field, String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(Instant.EPOCH) && time.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeException e) {
            throw invalid(field + " must be a time such as 2026-01-02T03:04:05.678Z");
        }
        throw invalid(field + " must be a time such as 2026-01-02T03:04:05.678Z");
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, message);
    }

    private AppState acting(String app) {
        return await(request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND))
                .app();
    }

    private static <T> T await(Uni<T> result) {
        return result.await().atMost(LIMIT);
    }
}
