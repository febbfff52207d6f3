package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import java.util.List;

/** Learns of processes that were ended for what their code did. Every bean of this type is told, off the event loop. */
public interface KillListener {
    /**
     * @param functions names of the functions that had calls in progress; those calls have failed
     * @param detail what was measured, for the app's own log
     */
    void killed(AppId app, KillReason reason, String detail, List<String> functions);
}
