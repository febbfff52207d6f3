package dev.ghee.edge.forward;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counters of the whole edge; safe from any thread. */
public final class Traffic {
    private final LongAdder requests = new LongAdder();
    private final LongAdder[] byStatusClass = new LongAdder[6];
    private final LongAdder upstreamFailures = new LongAdder();
    private final AtomicInteger tunnels = new AtomicInteger();

    public Traffic() {
        for (int i = 0; i < byStatusClass.length; i++) {
            byStatusClass[i] = new LongAdder();
        }
    }

    public void request() {
        requests.increment();
    }

    /** A service answered with this status. */
    void answered(int status) {
        int statusClass = status / 100;
        if (statusClass < byStatusClass.length) {
            byStatusClass[statusClass].increment();
        }
    }

    void upstreamFailed() {
        upstreamFailures.increment();
    }

    /** False, and nothing counted, when that would make more than {@code max}. */
    boolean tunnelOpened(int max) {
        if (tunnels.incrementAndGet() > max) {
            tunnels.decrementAndGet();
            return false;
        }
        return true;
    }

    void tunnelClosed() {
        tunnels.decrementAndGet();
    }

    /** In Prometheus' text format. */
    public String prometheus() {
        var text = new StringBuilder();
        text.append("edge_requests_total ").append(requests.sum()).append('\n');
        for (int i = 1; i < byStatusClass.length; i++) {
            text.append("edge_forwarded_total{status=\"")
                    .append(i)
                    .append("xx\"} ")
                    .append(byStatusClass[i].sum())
                    .append('\n');
        }
        text.append("edge_upstream_failures_total ")
                .append(upstreamFailures.sum())
                .append('\n');
        text.append("edge_websockets_open ").append(tunnels.get()).append('\n');
        return text.toString();
    }
}
