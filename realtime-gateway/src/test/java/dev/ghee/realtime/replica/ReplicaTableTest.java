package dev.ghee.realtime.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.ReplicaState;
import dev.ghee.realtime.replica.ReplicaTable.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplicaTableTest {
    private static final ReplicaId SELF = new ReplicaId("self");
    private static final ReplicaId OTHER = new ReplicaId("other");
    private static final AppId APP = new AppId("app_000000000001");

    private final ReplicaTable table = new ReplicaTable(SELF);
    private long now = Long.MAX_VALUE - 1000;

    private Change beat(ReplicaId id, @Nullable List<AppId> apps) {
        return table.heard(new ReplicaState(id.value(), Instant.EPOCH, false, apps), now);
    }

    private Set<ReplicaId> pass(Duration time) {
        now += time.toNanos();
        return table.expire(now);
    }

    @Test
    void aReplicaThatIsHeardLivesAndKeepsTheAppsThatItSaidLast() {
        beat(SELF, List.of());
        assertThat(beat(OTHER, List.of(APP))).isEqualTo(Change.APPEARED);
        assertThat(beat(OTHER, null)).isEqualTo(Change.NONE);
        assertThat(table.others()).isEqualTo(Map.of(OTHER, Set.of(APP)));
        beat(OTHER, List.of());
        assertThat(table.others()).isEqualTo(Map.of(OTHER, Set.of()));
    }

    @Test
    void itIsGoneAfterFiveSecondsOfSilenceAndNotBefore() {
        beat(SELF, List.of());
        beat(OTHER, List.of(APP));
        for (int second = 1; second <= 5; second++) {
            assertThat(pass(Duration.ofSeconds(1))).isEmpty();
            beat(SELF, null);
        }
        assertThat(pass(Duration.ofMillis(100))).containsExactly(OTHER);
        assertThat(table.others()).isEmpty();
        assertThat(beat(OTHER, null)).isEqualTo(Change.APPEARED);
    }

    @Test
    void itIsGoneAtOnceWhenItSaysGoodbye() {
        beat(SELF, List.of());
        beat(OTHER, List.of(APP));
        var goodbye = new ReplicaState(OTHER.value(), Instant.EPOCH, true, null);
        assertThat(table.heard(goodbye, now)).isEqualTo(Change.GONE);
        assertThat(table.heard(goodbye, now)).isEqualTo(Change.NONE);
        assertThat(table.others()).isEmpty();
    }

    @Test
    void nobodyIsGivenUpWhileOwnSignsOfLifeDoNotComeBack() {
        beat(SELF, List.of());
        beat(OTHER, List.of(APP));
        for (int second = 1; second <= 600; second++) {
            assertThat(pass(Duration.ofSeconds(1))).isEmpty();
        }
        assertThat(table.blind()).isTrue();
        assertThat(table.others()).containsKey(OTHER);
    }

    @Test
    void afterAnOutageEverybodyHasTheFullTimeAgain() {
        beat(SELF, List.of());
        beat(OTHER, List.of(APP));
        pass(Duration.ofMinutes(1));
        beat(SELF, null);
        assertThat(pass(Duration.ofSeconds(1))).isEmpty();
        beat(SELF, null);
        beat(OTHER, null);
        for (int second = 1; second <= 5; second++) {
            assertThat(pass(Duration.ofSeconds(1))).isEmpty();
            beat(SELF, null);
        }
        assertThat(pass(Duration.ofMillis(100))).containsExactly(OTHER);
    }

    @Test
    void aProcessThatWasStoppedForAMinuteDoesNotTakeTheOthersForDead() {
        beat(SELF, List.of());
        beat(OTHER, List.of(APP));
        assertThat(pass(Duration.ofMinutes(1))).isEmpty();
        beat(OTHER, null);
        beat(SELF, null);
        assertThat(pass(Duration.ofSeconds(1))).isEmpty();
        assertThat(table.others()).containsKey(OTHER);
    }

    @Test
    void isFreshOnlyWhileItsBeatsComeAndOwnOnesDo() {
        beat(SELF, List.of());
        beat(OTHER, List.of());
        assertThat(table.fresh(OTHER, now)).isTrue();
        pass(Duration.ofSeconds(2));
        beat(SELF, null);
        assertThat(table.fresh(OTHER, now)).isFalse();
        assertThat(table.others()).containsKey(OTHER);
        pass(Duration.ofSeconds(60));
        beat(OTHER, null);
        assertThat(table.fresh(OTHER, now)).isFalse();
    }

    @Test
    void isSettledAMomentAfterItFirstHeardItself() {
        pass(Duration.ofSeconds(10));
        assertThat(table.settled(now)).isFalse();
        beat(SELF, List.of());
        assertThat(table.settled(now)).isFalse();
        pass(Duration.ofSeconds(2));
        assertThat(table.settled(now)).isTrue();
    }
}
