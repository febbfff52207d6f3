package dev.ghee.realtime.slot;

import dev.ghee.contracts.AppId;
import java.util.Optional;

/** The replication slot of an app; every gateway names it alike, so the server lets only one of them read it. */
public record SlotName(String value) {
    private static final String PREFIX = "ghee_";

    public static SlotName of(AppId app) {
        return new SlotName(PREFIX + app.value());
    }

    /** The app that a slot belongs to; empty if it is not one of ours. */
    public static Optional<AppId> appOf(String slot) {
        String app = slot.startsWith(PREFIX) ? slot.substring(PREFIX.length()) : "";
        return AppId.isValid(app) ? Optional.of(new AppId(app)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
