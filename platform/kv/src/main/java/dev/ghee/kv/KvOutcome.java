package dev.ghee.kv;

import dev.ghee.errors.GheeException;
import io.vertx.core.buffer.Buffer;

/** What became of one {@link KvOperation}. */
public sealed interface KvOutcome {
    record Found(Buffer value) implements KvOutcome {}

    record Missing() implements KvOutcome {}

    record Stored() implements KvOutcome {}

    record Deleted(boolean existed) implements KvOutcome {}

    /** This one alone was refused. */
    record Refused(GheeException error) implements KvOutcome {}
}
