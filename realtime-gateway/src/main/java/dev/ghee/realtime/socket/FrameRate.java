package dev.ghee.realtime.socket;

/** A bucket that fills with time: how many frames a client may still send. For one thread. */
final class FrameRate {
    private static final double NANOS = 1e9;

    private final int burst;
    private final int perSecond;
    private double left;
    private long last;

    FrameRate(int burst, int perSecond, long nowNanos) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.left = burst;
        this.last = nowNanos;
    }

    boolean allows(long nowNanos) {
        left = Math.min(burst, left + (nowNanos - last) / NANOS * perSecond);
        last = nowNanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
