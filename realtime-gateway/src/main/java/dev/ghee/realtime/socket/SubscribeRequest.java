package dev.ghee.realtime.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.realtime.change.RowChange.Operation;
import dev.ghee.realtime.filter.InvalidFilterException;
import dev.ghee.realtime.filter.Where;
import dev.ghee.realtime.filter.WhereParser;
import dev.ghee.realtime.subscription.Columns;
import dev.ghee.realtime.subscription.Subscription;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asks for of a table, not yet held against the table itself.
 *
 * @param equal strict equality by column
 * @param echo the member {@code filter} as it came, for the acknowledgement; missing when there was none
 * @param length of the frame, in characters
 */
record SubscribeRequest(
        String table,
        Map<String, JsonNode> equal,
        JsonNode echo,
        Where where,
        Columns columns,
        Set<Operation> events,
        From from,
        int length) {
    /** No table of Postgres has more. */
    private static final int MAX_COLUMNS = 1600;

    /** From where the client wants to be served. */
    sealed interface From {
        /** From now on. */
        record Now() implements From {}

        /** @param cursor as the client sent it */
        record Since(String cursor) implements From {}

        /** All rows, then from there on. */
        record Snapshot() implements From {}
    }

    /** Whether the table's columns have to be known before it can be served. */
    boolean namesColumns() {
        return !where.conditions().isEmpty() || !columns.isAll();
    }

    /** Fails with a message for the client. */
    static SubscribeRequest parse(String table, JsonNode frame, int length) throws InvalidFilterException {
        JsonNode filter = frame.path("filter");
        if (isGiven(filter) && !filter.isObject()) {
            throw invalid("filter");
        }
        Map<String, JsonNode> equal = new HashMap<>();
        filter.properties().forEach(column -> equal.put(column.getKey(), column.getValue()));
        return new SubscribeRequest(
                table,
                equal,
                filter,
                WhereParser.parse(frame.path("where")),
                columns(frame.path("columns")),
                events(frame.path("events")),
                from(frame),
                length);
    }

    private static Columns columns(JsonNode list) throws InvalidFilterException {
        return isGiven(list) ? Columns.of(texts("columns", list, MAX_COLUMNS)) : Columns.ALL;
    }

    private static Set<Operation> events(JsonNode list) throws InvalidFilterException {
        if (!isGiven(list)) {
            return Subscription.ALL_EVENTS;
        }
        Set<Operation> events = EnumSet.noneOf(Operation.class);
        for (String name : texts("events", list, Subscription.ALL_EVENTS.size())) {
            Optional<Operation> known = Subscription.ALL_EVENTS.stream()
                    .filter(operation -> operation.name().equals(name))
                    .findFirst();
            events.add(known.orElseThrow(() -> invalid("events")));
        }
        if (events.isEmpty()) {
            throw invalid("events");
        }
        return events;
    }

    private static From from(JsonNode frame) throws InvalidFilterException {
        JsonNode since = frame.path("since");
        JsonNode snapshot = frame.path("snapshot");
        if (isGiven(snapshot) && !snapshot.isBoolean()) {
            throw invalid("snapshot");
        }
        if (isGiven(since) && (!since.isTextual() || snapshot.booleanValue())) {
            throw invalid("since");
        }
        if (isGiven(since)) {
            return new From.Since(since.textValue());
        }
        return snapshot.booleanValue() ? new From.Snapshot() : new From.Now();
    }

    private static Set<String> texts(String field, JsonNode list, int most) throws InvalidFilterException {
        if (!list.isArray() || list.size() > most) {
            throw invalid(field);
        }
        Set<String> texts = new HashSet<>();
        for (JsonNode text : list) {
            if (!text.isTextual()) {
                throw invalid(field);
            }
            texts.add(text.textValue());
        }
        return texts;
    }

    private static boolean isGiven(JsonNode field) {
        return !field.isMissingNode() && !field.isNull();
    }

    private static InvalidFilterException invalid(String field) {
        return new InvalidFilterException("Invalid \"" + field + "\" field");
    }
}
