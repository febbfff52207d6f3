package dev.ghee.functions.function;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which calls somebody wants to see, newest first. */
record LogQuery(int limit, @Nullable Instant since, boolean errorsOnly) {}
