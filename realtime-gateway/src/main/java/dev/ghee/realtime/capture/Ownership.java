package dev.ghee.realtime.capture;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;

/**
 * Which process should read an app's slot. Only an agreement: the server lets one connection read a slot, so a wrong
 * answer here costs time, never a change.
 */
public interface Ownership {
    /** Waits until this process should try to read the slot. */
    void awaitTurn(AppState app) throws InterruptedException;

    /**
     * This process reads the slot now.
     *
     * @param yield to be called, from any thread, when another process should have it
     */
    void taken(AppId app, Runnable yield);

    /** This process reads the slot no longer, or could not because another does. */
    void released(AppId app);
}
