package dev.ghee.realtime.policy;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.subscription.Groups;
import java.sql.SQLException;
import java.util.List;

/** Decides who may see which row images of a table. One per app, used by one thread at a time. Blocking. */
public interface VisibilityJudge extends AutoCloseable {
    /** Whether this part may change the verdicts on what follows it, or on its own rows. */
    boolean concerns(TransactionPart part);

    /**
     * Takes such a part in, in log order, before anything of it is judged. Fails when the database cannot be asked at
     * the moment, and may then be called again with the same.
     */
    void observe(AppState app, TransactionPart part) throws SQLException;

    /** Parts were left out, which nobody will see again: what was learned from the log is not to be trusted. */
    void reset();

    /**
     * Judges every image for every viewer. What cannot be decided is denied; it fails only when the database cannot be
     * asked at the moment, and may then be called again with the same.
     */
    Verdict judge(AppState app, Table table, List<RowImage> images, Groups groups) throws SQLException;

    @Override
    void close();
}
