package dev.ghee.realtime.event;

import com.fasterxml.jackson.databind.JsonNode;

/** What came of a client's event. */
public sealed interface EventOutcome {
    /** What the function answered. */
    record Answered(JsonNode data) implements EventOutcome {}

    /** The app has no function for this event. */
    record NoHandler() implements EventOutcome {}

    /** The function failed, or nobody answered in time. */
    record Failed() implements EventOutcome {}
}
