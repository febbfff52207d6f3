package dev.ghee.realtime.subscription;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/** Something about a viewer that its subscriptions can be found by. Compared by value. */
public interface ViewerKey {
    /** The value of this viewer, null when it has none. */
    @Nullable
    String of(Viewer viewer);

    /** The signed-in user's id. */
    record Subject() implements ViewerKey {
        @Override
        public @Nullable String of(Viewer viewer) {
            return viewer.subject().isEmpty() ? null : viewer.subject();
        }
    }

    /** A claim of the token, as text: what {@code claims ->> name} gives. */
    record Claim(String name) implements ViewerKey {
        private static final JsonMapper JSON = new JsonMapper();

        @Override
        public @Nullable String of(Viewer viewer) {
            try {
                JsonNode value = JSON.readTree(viewer.claims()).path(name);
                if (value.isMissingNode() || value.isNull()) {
                    return null;
                }
                return value.isTextual() ? value.textValue() : value.toString();
            } catch (JsonProcessingException e) {
                return null;
            }
        }
    }
}
