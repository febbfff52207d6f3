package dev.ghee.realtime.capture;

/** Where the capture of an app stands. */
public sealed interface CaptureState {
    /** Not begun, or ended. */
    record Stopped() implements CaptureState {}

    /** Making the slot, or opening it again after a failure. */
    record Connecting() implements CaptureState {}

    /** Another gateway reads the slot; this one waits. */
    record Waiting() implements CaptureState {}

    record Streaming() implements CaptureState {}

    default boolean isStreaming() {
        return this instanceof Streaming;
    }
}
