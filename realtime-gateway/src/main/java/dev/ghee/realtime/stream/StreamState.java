package dev.ghee.realtime.stream;

/** Where an app's stream stands. */
public sealed interface StreamState {
    /** Not begun, or ended. */
    record Stopped() implements StreamState {}

    /** Making the slot, or opening it again after a failure. */
    record Connecting() implements StreamState {}

    /** Another gateway reads the slot; this one waits. */
    record Waiting() implements StreamState {}

    record Streaming() implements StreamState {}

    default boolean isStreaming() {
        return this instanceof Streaming;
    }
}
