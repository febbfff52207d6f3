package dev.ghee.realtime.policy;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.subscription.Viewer;
import java.sql.SQLException;
import java.util.List;

/** Decides who may see which row images of a table. One per app, used by one thread at a time. Blocking. */
public interface VisibilityJudge extends AutoCloseable {
    /**
     * Judges every image for every viewer. What cannot be decided is denied; it fails only when the database cannot be
     * asked at the moment, and may then be called again with the same.
     *
     * @param viewers distinct
     */
    Verdict judge(AppState app, Table table, List<RowImage> images, List<Viewer> viewers) throws SQLException;

    @Override
    void close();
}
