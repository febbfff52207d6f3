package dev.ghee.edge.routes;

/**
 * A row of the route table.
 *
 * @param pattern as written in the table
 * @param maxBodyBytes longest request body that may pass
 * @param webSocket whether an upgrade to a WebSocket is tunnelled
 */
public record Route(String pattern, Target target, long maxBodyBytes, boolean webSocket) {}
