package dev.ghee.storage.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * How a program ended.
 *
 * @param exitCode of its script; of no meaning when it was ended from outside
 * @param reason why it was ended from outside, or null when it ended by itself
 */
public record JobEnd(int exitCode, @Nullable KillReason reason) {
    public boolean succeeded() {
        return exitCode == 0 && reason == null;
    }
}
