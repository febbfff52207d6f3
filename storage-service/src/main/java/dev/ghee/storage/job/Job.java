package dev.ghee.storage.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A job as the REST API shows it.
 *
 * @param state {@code running} or {@code done}
 * @param deleted objects so far
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Job(
        String id,
        String prefix,
        String state,
        long deleted,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("finished_at") @Nullable String finishedAt) {
    boolean running() {
        return state.equals("running");
    }
}
