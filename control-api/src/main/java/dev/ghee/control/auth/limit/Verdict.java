package dev.ghee.control.auth.limit;

import java.time.Duration;

/**
 * What counting a call came to.
 *
 * @param over index of the budget that is used up, or {@link #NONE}
 * @param closesIn until that budget's window closes; zero when none is used up
 */
record Verdict(int over, Duration closesIn) {
    static final int NONE = -1;
    static final Verdict WITHIN = new Verdict(NONE, Duration.ZERO);
}
