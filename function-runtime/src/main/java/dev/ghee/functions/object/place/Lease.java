package dev.ghee.functions.object.place;

import java.time.Duration;

/** This node's right to run an app's objects. Ends by itself, a little before others may take over. */
public final class Lease {
    /** Share of its time after which we no longer rely on it: clocks do not run exactly alike. */
    private static final double SAFE = 0.8;

    private final long epoch;
    private volatile long revision;
    private volatile long renewedNanos;
    private volatile long endsNanos;

    /** @param askedNanos when it was asked for, by {@link System#nanoTime} */
    public Lease(long epoch, long revision, long askedNanos, Duration time) {
        this.epoch = epoch;
        renewed(revision, askedNanos, time);
    }

    public void renewed(long newRevision, long askedNanos, Duration time) {
        revision = newRevision;
        renewedNanos = askedNanos;
        endsNanos = askedNanos + (long) (time.toNanos() * SAFE);
    }

    public long epoch() {
        return epoch;
    }

    /** Of what has to run, as far as we have heard. */
    public long revision() {
        return revision;
    }

    public boolean valid() {
        return System.nanoTime() - endsNanos < 0;
    }

    /** How long ago it was renewed. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - renewedNanos);
    }
}
