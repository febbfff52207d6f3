package dev.ghee.realtime.stream;

import dev.ghee.realtime.slot.ReplicationSlots.Slot;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/** What the slots of each region hold back, and how near they are to being lost. */
final class SlotGauges {
    /** An alarm rings when less than this part of what may be kept is left. */
    private static final int ALARM_DIVISOR = 4;

    private final Map<String, Region> regions = new ConcurrentHashMap<>();

    /** As Postgres names them; see {@code pg_replication_slots.wal_status}. */
    private enum Status {
        RESERVED,
        EXTENDED,
        UNRESERVED,
        LOST;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final class Region {
        final AtomicLong lagBytes = new AtomicLong();
        final AtomicLong safeBytes = new AtomicLong(-1);
        final AtomicLong atRisk = new AtomicLong();
        final Map<Status, AtomicLong> byStatus = new EnumMap<>(Status.class);
    }

    SlotGauges(Iterable<String> names, MeterRegistry metrics) {
        for (String name : names) {
            var region = new Region();
            Tags tags = Tags.of("region", name);
            metrics.gauge("ghee.realtime.slot.lag.bytes", tags, region.lagBytes);
            metrics.gauge("ghee.realtime.slot.safe.bytes", tags, region.safeBytes);
            metrics.gauge("ghee.realtime.slots.at.risk", tags, region.atRisk);
            for (Status status : Status.values()) {
                var count = new AtomicLong();
                region.byStatus.put(status, count);
                metrics.gauge("ghee.realtime.slots", tags.and("status", status.wireName()), count);
            }
            regions.put(name, region);
        }
    }

    void show(String name, List<Slot> slots) {
        Region region = regions.get(name);
        if (region == null) {
            return;
        }
        region.lagBytes.set(slots.stream().mapToLong(Slot::lagBytes).max().orElse(0));
        region.safeBytes.set(slots.stream()
                .flatMapToLong(slot -> slot.isLost() ? LongStream.of(0) : slot.safeBytes().stream())
                .min()
                .orElse(-1));
        region.atRisk.set(slots.stream().filter(SlotGauges::isAtRisk).count());
        region.byStatus.forEach((status, count) -> count.set(slots.stream()
                .filter(slot -> slot.walStatus().equals(status.wireName()))
                .count()));
    }

    private static boolean isAtRisk(Slot slot) {
        return !slot.walStatus().equals(Status.RESERVED.wireName())
                || (slot.safeBytes().isPresent()
                        && slot.keepBytes().isPresent()
                        && slot.safeBytes().getAsLong() < slot.keepBytes().getAsLong() / ALARM_DIVISOR);
    }
}
