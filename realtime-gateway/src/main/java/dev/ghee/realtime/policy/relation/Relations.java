package dev.ghee.realtime.policy.relation;

import java.util.Collection;
import java.util.Optional;

/** The relations of one app. For the thread that judges. */
public interface Relations {
    /** Replaces what is needed from now on; what is no longer needed may be let go. Does not wait for the rows. */
    void need(Collection<RelationNeed> needs);

    /**
     * The rows of a table that is needed, as of the last part of the log that was taken in; empty while they are not
     * known exactly, and the database has to be asked.
     */
    Optional<Relation> current(int tableOid);
}
