package dev.ghee.realtime.log;

import dev.ghee.realtime.change.TransactionPart;

/**
 * A part as it is on the log.
 *
 * @param offset in the app's partition
 */
public record LoggedPart(TransactionPart part, long offset) {}
