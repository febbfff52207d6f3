package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import io.vertx.core.http.HttpServerRequest;

/**
 * Answers what a function's code asks of its host: {@code env.HOST.fetch("http://host/…")} in the main module. Each
 * process has a Unix socket of its own, so the app is known from the socket, whatever the code says.
 */
public interface HostHandler {
    /** Called on an event loop, with the request neither paused nor read. Has to end the response. */
    void handle(AppId app, HttpServerRequest request);
}
