package dev.ghee.realtime.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppId;
import dev.ghee.realtime.slot.ReplicationSlots.Slot;
import dev.ghee.realtime.slot.SlotName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How an app's changes are being read, for its administrators. */
record StreamReport(Lag lag, SlotReport slot) {
    private static final String ACTIVE = "active";

    /**
     * How far reading is behind what was committed.
     *
     * @param bytes of log that are not confirmed yet; null without a slot
     * @param seconds that confirming takes; null while nothing is to be confirmed, or nobody reads
     */
    record Lag(@Nullable Long bytes, @Nullable Double seconds) {}

    /**
     * @param state {@code absent} (nobody subscribes), {@code active} (being read), {@code idle} (not read just now) or
     *     {@code lost} (subscribers will be told to resync)
     * @param walStatus as Postgres says; null without a slot
     * @param safeWalBytes log that may still be written before the slot can be lost; null when that is not limited
     * @param owner the gateway process that reads it; null when nobody does
     */
    record SlotReport(
            String name,
            String state,
            @JsonProperty("wal_status") @Nullable String walStatus,
            @JsonProperty("safe_wal_bytes") @Nullable Long safeWalBytes,
            @Nullable String owner) {
        boolean beingRead() {
            return state.equals(ACTIVE);
        }
    }

    static StreamReport of(AppId app, Optional<Slot> found) {
        String name = SlotName.of(app).value();
        if (found.isEmpty()) {
            return new StreamReport(new Lag(null, null), new SlotReport(name, "absent", null, null, null));
        }
        Slot slot = found.get();
        Double seconds = slot.lagSeconds().isPresent() ? slot.lagSeconds().getAsDouble() : null;
        Long safe = slot.safeBytes().isPresent() ? slot.safeBytes().getAsLong() : null;
        return new StreamReport(
                new Lag(slot.lagBytes(), seconds),
                new SlotReport(
                        name, state(slot), slot.walStatus(), safe, slot.reader().orElse(null)));
    }

    private static String state(Slot slot) {
        if (slot.isLost()) {
            return "lost";
        }
        return slot.active() ? ACTIVE : "idle";
    }
}
