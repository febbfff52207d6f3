package dev.ghee.realtime.policy.relation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.TransactionPart;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BaselineTest {
    private static final Lsn EARLY = new Lsn(50);
    private static final Lsn UNTIL = new Lsn(100);

    private static TransactionPart part(Lsn commit, long xid) {
        return new TransactionPart(1, commit, Instant.EPOCH, (int) xid, false, List.of(), 0, Optional.of(commit));
    }

    @Test
    void coversWhatHadEndedAndNothingElse() {
        Baseline baseline = Baseline.of("10:20:12,15", UNTIL);
        assertThat(baseline.covers(part(EARLY, 9))).isTrue();
        assertThat(baseline.covers(part(EARLY, 14))).isTrue();
        assertThat(baseline.covers(part(EARLY, 12))).isFalse();
        assertThat(baseline.covers(part(EARLY, 20))).isFalse();
        assertThat(baseline.covers(part(UNTIL, 9))).isFalse();
    }

    @Test
    void knowsIdsWhoseUpper32BitsTheLogLeavesOut() {
        long epoch = 5L << 32;
        Baseline baseline = Baseline.of((epoch - 3) + ":" + (epoch + 3) + ":" + (epoch - 2), UNTIL);
        assertThat(baseline.covers(part(EARLY, epoch - 3))).isTrue();
        assertThat(baseline.covers(part(EARLY, epoch - 2))).isFalse();
        assertThat(baseline.covers(part(EARLY, epoch + 2))).isTrue();
        assertThat(baseline.covers(part(EARLY, epoch + 3))).isFalse();
        Baseline high = Baseline.of((epoch + 0x9000_0000L) + ":" + (epoch + 0x9000_0000L) + ":", UNTIL);
        assertThat(high.covers(part(EARLY, epoch + 0x8FFF_FFFFL))).isTrue();
        assertThat(high.covers(part(EARLY, epoch + 0x9000_0001L))).isFalse();
    }

    @Test
    void refusesWhatIsNotASnapshot() {
        assertThatThrownBy(() -> Baseline.of("10:20", UNTIL)).isInstanceOf(IllegalArgumentException.class);
    }
}
