package dev.ghee.realtime.delivery;

import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.subscription.Cursor;

/**
 * How far a delivery has come: everything up to here is dealt with, or was committed before it began. What comes later
 * reaches every subscription that is there when the claim is read.
 *
 * @param position of the last change
 * @param offset on the log, of the record that holds it or of a later one
 */
public record Claim(Position position, long offset) {
    public Lsn lsn() {
        return position.commitLsn();
    }

    /** From where a client goes on that has heard all up to here. */
    public Cursor cursor() {
        return new Cursor(position.epoch(), position.commitLsn(), position.sequence(), Math.max(0, offset));
    }
}
