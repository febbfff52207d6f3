package dev.ghee.realtime.fanout;

import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.fanout.ChangeFrames.Variant;
import dev.ghee.realtime.policy.Verdict;
import dev.ghee.realtime.subscription.Subscriptions.Groups;
import java.util.Map;
import java.util.Optional;

/**
 * Who may see which of a batch's images of one table.
 *
 * @param indexes of the images in what was judged, by identity
 */
public record TableJudgement(Groups groups, Verdict verdict, Map<RowImage, Integer> indexes) {

    /** What to tell a viewer of a change; empty for nothing. */
    Optional<Variant> variant(RowChange change, int viewer) {
        return switch (change) {
            case RowChange.Insert insert ->
                sees(viewer, insert.after()) ? Optional.of(Variant.INSERT) : Optional.empty();
            case RowChange.Delete delete ->
                sees(viewer, delete.before()) ? Optional.of(Variant.DELETE) : Optional.empty();
            case RowChange.Update update -> {
                boolean before = sees(viewer, update.before());
                boolean after = sees(viewer, update.after());
                if (after) {
                    yield Optional.of(before ? Variant.UPDATE : Variant.UPDATE_WITHOUT_OLD);
                }
                yield before ? Optional.of(Variant.LEAVE) : Optional.empty();
            }
            case RowChange.Truncate _, RowChange.Incomplete _ -> Optional.empty();
        };
    }

    private boolean sees(int viewer, RowImage image) {
        Integer index = indexes.get(image);
        return index != null && verdict.sees(viewer, index);
    }
}
