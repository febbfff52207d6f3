package dev.ghee.realtime.policy;

import dev.ghee.realtime.subscription.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a judge found. Viewers and images are named by their index in what was judged. */
public sealed interface Verdict {
    /** The viewers who may see this image, ascending; not to be changed. */
    int[] seen(int image);

    /** The columns that viewers of this role may read; none when the role may not read the table. */
    Set<String> columns(Role role);

    /** Nothing could be decided, or the table is gone: nobody sees anything. */
    record Denied(String reason) implements Verdict {
        private static final int[] NOBODY = {};

        @Override
        public int[] seen(int image) {
            return NOBODY;
        }

        @Override
        public Set<String> columns(Role role) {
            return Set.of();
        }
    }

    /**
     * Decided image by image.
     *
     * @param columns by role
     * @param viewers by image: the viewers who may see it
     */
    record Judged(Map<Role, Set<String>> columns, List<int[]> viewers) implements Verdict {
        @Override
        public int[] seen(int image) {
            return viewers.get(image);
        }

        @Override
        public Set<String> columns(Role role) {
            return columns.getOrDefault(role, Set.of());
        }
    }
}
