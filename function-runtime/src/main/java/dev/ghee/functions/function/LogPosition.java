package dev.ghee.functions.function;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a reader of the log has come.
 *
 * @param id of the last row that it has seen
 * @param since what began before was seen as well; null when the row says enough
 */
record LogPosition(long id, @Nullable Instant since) {}
