package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import io.vertx.core.Future;

/** Gives a function's code when a process asks for it, which it does once per revision. Called on an event loop. */
public interface FunctionCodeSource {
    /** Fails with {@code RESOURCE_NOT_FOUND} when there is no such function, or no longer that revision. */
    Future<FunctionCode> load(AppId app, String function, String revision);
}
