package dev.ghee.realtime.policy.relation;

import dev.ghee.realtime.change.TransactionPart;
import java.util.Collection;
import java.util.Optional;

/** The relations of one app. For the thread that judges. */
public interface Relations extends AutoCloseable {
    /** Replaces what is needed from now on; what is no longer needed may be let go. Does not wait for the rows. */
    void need(Collection<RelationNeed> needs);

    /**
     * The rows of a table that is needed, as of the last part of the log that was taken in; empty while they are not
     * known exactly, and the database has to be asked.
     */
    Optional<Relation> current(int tableOid);

    /** Why a table that is needed cannot be kept, in words for the app's owner; empty while it is, or is being loaded. */
    Optional<String> refusal(int tableOid);

    /** Whether this part has to be taken in before it is judged: it changes a relation, or whether one is known. */
    boolean concerns(TransactionPart part);

    /** Takes in a part, in log order, before anything of it is judged. Taking one in twice does nothing. */
    void observe(TransactionPart part);

    /** Parts were left out: all rows are read anew. */
    void reset();

    /** Lets go of everything; from any thread. */
    @Override
    void close();
}
