package dev.ghee.storage.object;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an app's objects take of what they may; as the REST API writes it. */
record Usage(
        @JsonProperty("storage_used_bytes") long usedBytes,
        @JsonProperty("storage_limit_bytes") long limitBytes,
        @JsonProperty("storage_used_percent") double usedPercent,
        @JsonProperty("files_count") long files) {

    static Usage of(long usedBytes, long limitBytes, long files) {
        return new Usage(usedBytes, limitBytes, Math.round(usedBytes * 10_000.0 / limitBytes) / 100.0, files);
    }
}
