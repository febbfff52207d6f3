package dev.ghee.realtime.capture;

import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.log.LoggedPart;

/** Where a process takes the parts that it has put on the log itself, without reading the log for them. */
public interface Outlet {
    /**
     * Takes a part, or leaves it to the log. Does not wait.
     *
     * @param after the position of the part before it; nothing lies between the two
     */
    void offer(LoggedPart part, Position after);
}
