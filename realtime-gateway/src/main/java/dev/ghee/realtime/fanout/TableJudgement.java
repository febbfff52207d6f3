package dev.ghee.realtime.fanout;

import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.fanout.ChangeFrames.Variant;
import dev.ghee.realtime.policy.Verdict;
import dev.ghee.realtime.subscription.Groups;
import java.util.Map;

/**
 * Who may see which of a batch's images of one table.
 *
 * @param indexes of the images in what was judged, by identity
 */
public record TableJudgement(Groups groups, Verdict verdict, Map<RowImage, Integer> indexes) {
    private static final int[] NOBODY = {};

    /** Takes a viewer, by index, and what it is told of a change. */
    interface Audience {
        void accept(int viewer, Variant variant);
    }

    /** Names everybody who is told of a change. */
    void audience(RowChange change, Audience audience) {
        switch (change) {
            case RowChange.Insert insert -> {
                for (int viewer : seen(insert.after())) {
                    audience.accept(viewer, Variant.INSERT);
                }
            }
            case RowChange.Delete delete -> {
                for (int viewer : seen(delete.before())) {
                    audience.accept(viewer, Variant.DELETE);
                }
            }
            case RowChange.Update update -> merge(seen(update.before()), seen(update.after()), audience);
            case RowChange.Truncate _, RowChange.Incomplete _ -> {}
        }
    }

    private static void merge(int[] before, int[] after, Audience audience) {
        int i = 0;
        int j = 0;
        while (i < before.length || j < after.length) {
            if (j == after.length || (i < before.length && before[i] < after[j])) {
                audience.accept(before[i++], Variant.LEAVE);
            } else if (i == before.length || after[j] < before[i]) {
                audience.accept(after[j++], Variant.UPDATE_WITHOUT_OLD);
            } else {
                audience.accept(after[j++], Variant.UPDATE);
                i++;
            }
        }
    }

    private int[] seen(RowImage image) {
        Integer index = indexes.get(image);
        return index == null ? NOBODY : verdict.seen(index);
    }
}
