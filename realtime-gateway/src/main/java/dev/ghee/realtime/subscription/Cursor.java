package dev.ghee.realtime.subscription;

import dev.ghee.pgoutput.Lsn;

/**
 * The place of one change in an app's stream; {@link CursorCodec} writes it for clients.
 *
 * @param epoch of the slot: grows each time that the app's slot is made anew
 * @param commitLsn of the transaction
 * @param sequence of the change in its transaction, from 0; -1 for before the first
 * @param offset in the app's partition of the log, of the record that holds the change or of one before it
 */
public record Cursor(long epoch, Lsn commitLsn, int sequence, long offset) {}
