package dev.ghee.functions.engine;

import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param reason null when it was stopped because nobody needed it
 * @param detail what was measured or printed, for the app's own log
 */
public record WorkerdExit(@Nullable KillReason reason, String detail) {}
