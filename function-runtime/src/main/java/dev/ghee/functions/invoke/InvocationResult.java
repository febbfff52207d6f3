package dev.ghee.functions.invoke;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** What a function answered, whole. */
public record InvocationResult(int status, MultiMap headers, Buffer body) {
    /** Whether the function says that it did what it was called for. */
    public boolean succeeded() {
        return status >= 200 && status < 300;
    }

    /** Without headers and body, which may hold secrets. */
    @Override
    public String toString() {
        return "InvocationResult[" + status + "]";
    }
}
