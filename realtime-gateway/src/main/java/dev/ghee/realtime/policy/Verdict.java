package dev.ghee.realtime.policy;

import dev.ghee.realtime.subscription.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a judge found. Viewers and images are named by their index in what was judged. */
public sealed interface Verdict {
    /** Whether this viewer may see this image. */
    boolean sees(int viewer, int image);

    /** The columns that viewers of this role may read; none when the role may not read the table. */
    Set<String> columns(Role role);

    /** Nothing could be decided, or the table is gone: nobody sees anything. */
    record Denied(String reason) implements Verdict {
        @Override
        public boolean sees(int viewer, int image) {
            return false;
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
     * @param rows by viewer: a digit per image, {@code 1} for seen; empty for a viewer who sees every row
     */
    record Judged(Map<Role, Set<String>> columns, List<Optional<String>> rows) implements Verdict {
        @Override
        public boolean sees(int viewer, int image) {
            Optional<String> digits = rows.get(viewer);
            return digits.isEmpty()
                    || (image < digits.get().length() && digits.get().charAt(image) == '1');
        }

        @Override
        public Set<String> columns(Role role) {
            return columns.getOrDefault(role, Set.of());
        }
    }
}
