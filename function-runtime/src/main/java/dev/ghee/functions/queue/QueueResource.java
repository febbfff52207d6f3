package dev.ghee.functions.queue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Queues of an app, for its administrators and its own servers. */
@Path("/v1/{app}/queues")
@RunOnVirtualThread
public class QueueResource {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long LONGEST_DELAY_SECONDS = Duration.ofDays(30).toSeconds();
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;
    private static final Set<String> STATES = Set.of("ready", "delayed", "in_flight", "dead");

    private final CurrentRequest request;
    private final Queues queues;
    private final ObjectMapper json;

    QueueResource(CurrentRequest request, Queues queues, ObjectMapper json) {
        this.request = request;
        this.queues = queues;
        this.json = json;
    }

    record Sent(String id, @JsonProperty("available_at") Instant availableAt) {}

    record Counts(
            String name,
            long ready,
            long delayed,
            @JsonProperty("in_flight") long inFlight,
            long dead,
            @JsonProperty("oldest_at") @Nullable Instant oldestAt) {
        static Counts of(Queues.Counts counts) {
            return new Counts(
                    counts.queue(),
                    counts.ready(),
                    counts.delayed(),
                    counts.inFlight(),
                    counts.dead(),
                    counts.oldest());
        }
    }

    record All(List<Counts> queues) {}

    record Message(
            String id,
            String state,
            @JsonRawValue String message,
            int attempts,
            @JsonProperty("available_at") Instant availableAt,
            @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("last_error") @Nullable String lastError) {
        static Message of(Queues.Listed listed) {
            return new Message(
                    Long.toString(listed.id()),
                    listed.state(),
                    listed.body(),
                    listed.attempts(),
                    listed.availableAt(),
                    listed.createdAt(),
                    listed.lastError());
        }
    }

    record Page(List<Message> messages) {}

    record Retried(int retried) {}

    record Purged(int deleted) {}

    @POST
    @Path("{name}/messages")
    @Consumes(MediaType.WILDCARD)
    public Response send(String app, String name, byte @Nullable [] body) {
        AppState state = administered(app);
        QueueName queue = QueueName.parse(name);
        JsonNode sent = parsed(body);
        JsonNode message = sent.get("message");
        if (message == null) {
            throw new GheeException(ErrorCode.VALIDATION_MISSING_FIELD, "The field message is missing");
        }
        Queues.Sent kept = queues.send(state, queue, message.toString(), delay(sent.get("delay_seconds")));
        return Response.status(201)
                .entity(new Sent(Long.toString(kept.id()), kept.availableAt()))
                .build();
    }

    private JsonNode parsed(byte @Nullable [] body) {
        try {
            JsonNode sent = body == null || body.length == 0 ? null : json.readTree(body);
            if (sent != null && sent.isObject()) {
                return sent;
            }
        } catch (JsonProcessingException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The body is no JSON", e);
        } catch (java.io.IOException e) {
            throw new GheeException(ErrorCode.REQUEST_ERROR, "The body cannot be read", e);
        }
        throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The body is an object with the field message");
    }

    private static Duration delay(@Nullable JsonNode seconds) {
        if (seconds == null || seconds.isNull()) {
            return Duration.ZERO;
        }
        if (!seconds.isIntegralNumber()
                || !seconds.canConvertToLong()
                || seconds.longValue() < 0
                || seconds.longValue() > LONGEST_DELAY_SECONDS) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "delay_seconds is 0 to " + LONGEST_DELAY_SECONDS);
        }
        return Duration.ofSeconds(seconds.longValue());
    }

    @GET
    public All list(String app) {
        return new All(queues.all(administered(app)).stream().map(Counts::of).toList());
    }

    @GET
    @Path("{name}")
    public Counts get(String app, String name) {
        return Counts.of(queues.one(administered(app), QueueName.parse(name)));
    }

    @GET
    @Path("{name}/messages")
    public Page messages(
            String app,
            String name,
            @QueryParam("state") @Nullable String state,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable String limit) {
        AppState known = administered(app);
        if (state != null && !STATES.contains(state)) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "state is ready, delayed, in_flight or dead");
        }
        int most = (int) number("limit", limit, DEFAULT_PAGE, 1, MAX_PAGE);
        long last = number("after", after, 0, 0, Long.MAX_VALUE);
        return new Page(queues.list(known, QueueName.parse(name), state == null ? "" : state, last, most).stream()
                .map(Message::of)
                .toList());
    }

    private static long number(String name, @Nullable String text, long absent, long least, long most) {
        if (text == null) {
            return absent;
        }
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            value = least - 1;
        }
        if (value < least || value > most) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, name + " is a whole number, from " + least);
        }
        return value;
    }

    /** Gives dead letters all their attempts again. */
    @POST
    @Path("{name}/dead/retry")
    @Consumes(MediaType.WILDCARD)
    public Retried retry(String app, String name) {
        return new Retried(queues.revive(administered(app), QueueName.parse(name), 0));
    }

    @DELETE
    @Path("{name}/dead")
    public Purged purge(String app, String name) {
        return new Purged(queues.purge(administered(app), QueueName.parse(name)));
    }

    private AppState administered(String app) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .await()
                .atMost(LIMIT)
                .app();
    }
}
