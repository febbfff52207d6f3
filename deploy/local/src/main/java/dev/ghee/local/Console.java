package dev.ghee.local;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Progress for a person at a terminal: one line for each thing that happens. */
final class Console implements StackEvents {
    private final PrintStream out;

    Console(PrintStream out) {
        this.out = out;
    }

    @Override
    public void starting(String component) {
        line("start", component, "");
    }

    @Override
    public void up(String component, Duration took) {
        line("up", component, seconds(took));
    }

    @Override
    public void died(String component, Duration restartIn) {
        line("died", component, "restarting in " + seconds(restartIn));
    }

    @Override
    public void restartFailed(String component, String reason, Duration retryIn) {
        line("failed", component, "trying again in " + seconds(retryIn) + "\n" + reason.indent(8));
    }

    @Override
    public void restarted(String component, Duration took) {
        line("restarted", component, seconds(took));
    }

    void say(String text) {
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }

    private void line(String event, String component, String detail) {
        say(String.format(Locale.ROOT, "%-9s  %-20s %s", event, component, detail)
                .stripTrailing());
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
