package dev.ghee.functions.engine;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/** Body of a call. */
public sealed interface CallBody {
    /** No body at all. */
    record None() implements CallBody {}

    /** All of it. */
    record Whole(Buffer bytes) implements CallBody {}

    /** As it comes. The stream is paused; its length, if known, is in the call's headers. */
    record Streamed(ReadStream<Buffer> stream) implements CallBody {}
}
