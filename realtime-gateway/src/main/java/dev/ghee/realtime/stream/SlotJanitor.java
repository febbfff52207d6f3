package dev.ghee.realtime.stream;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.realtime.replica.Replicas;
import dev.ghee.realtime.slot.ReplicationSlots;
import dev.ghee.realtime.slot.SlotName;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.region.RegionsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the slots of every region: measures how much log they hold back, and drops those that nobody has read for
 * the idle time, which a process that died left behind. A slot that another gateway reads is never idle.
 */
@ApplicationScoped
class SlotJanitor {
    private static final Logger LOG = Logger.getLogger(SlotJanitor.class);

    private final StreamConfig config;
    private final RegionsConfig regions;
    private final ReplicationSlots slots;
    private final AppDirectory apps;
    private final Replicas replicas;
    private final AtomicLong worstLag;
    private final SlotGauges gauges;
    private final Map<AppId, Long> idleSince = new HashMap<>();
    private @Nullable Thread thread;

    SlotJanitor(
            StreamConfig config,
            RegionsConfig regions,
            ReplicationSlots slots,
            AppDirectory apps,
            Replicas replicas,
            MeterRegistry metrics) {
        this.config = config;
        this.regions = regions;
        this.slots = slots;
        this.apps = apps;
        this.replicas = replicas;
        this.worstLag = new AtomicLong();
        this.gauges = new SlotGauges(regions.regions().keySet(), metrics);
        metrics.gauge("ghee.realtime.slot.lag.bytes.max", worstLag);
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("slot-janitor").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(config.slotLook());
                look(System.nanoTime());
            }
        } catch (InterruptedException e) {
            LOG.debug("The slot janitor stops");
        }
    }

    private void look(long now) {
        long worst = 0;
        Set<AppId> idle = new HashSet<>();
        for (String region : regions.regions().keySet()) {
            try {
                List<ReplicationSlots.Slot> found = slots.list(region);
                gauges.show(region, found);
                for (ReplicationSlots.Slot slot : found) {
                    worst = Math.max(worst, slot.lagBytes());
                    if (!slot.active()) {
                        SlotName.appOf(slot.name())
                                .filter(app -> replicas.interestedIn(app).isEmpty())
                                .ifPresent(idle::add);
                    }
                }
            } catch (SQLException e) {
                LOG.warnf("Slots not seen: region=%s sqlstate=%s", region, e.getSQLState());
                return;
            }
        }
        worstLag.set(worst);
        idleSince.keySet().retainAll(idle);
        idle.forEach(app -> idleSince.putIfAbsent(app, now));
        for (AppId app : idle) {
            if (now - idleSince.getOrDefault(app, now) > config.idle().toNanos()) {
                apps.known(app).ifPresent(this::drop);
            }
        }
    }

    private void drop(AppState app) {
        try {
            slots.drop(app);
            LOG.infof("Abandoned slot dropped: app=%s", app.appId());
        } catch (SQLException e) {
            LOG.warnf("Abandoned slot not dropped: app=%s sqlstate=%s", app.appId(), e.getSQLState());
        }
    }
}
