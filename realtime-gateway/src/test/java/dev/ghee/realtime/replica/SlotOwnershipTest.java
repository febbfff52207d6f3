package dev.ghee.realtime.replica;

import static dev.ghee.realtime.replica.SlotOwnership.Decision.HAND_OVER;
import static dev.ghee.realtime.replica.SlotOwnership.Decision.KEEP;
import static dev.ghee.realtime.replica.SlotOwnership.Decision.TAKE;
import static dev.ghee.realtime.replica.SlotOwnership.Decision.WAIT;
import static dev.ghee.realtime.replica.SlotOwnership.Slot.FREE;
import static dev.ghee.realtime.replica.SlotOwnership.Slot.OURS;
import static dev.ghee.realtime.replica.SlotOwnership.Slot.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import dev.ghee.realtime.replica.SlotOwnership.Decision;
import dev.ghee.realtime.replica.SlotOwnership.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotOwnershipTest {
    private static final AppId APP = new AppId("app_000000000001");
    private static final List<ReplicaId> RANKS = SlotOwnership.ranks(
            APP, IntStream.range(0, 6).mapToObj(i -> new ReplicaId("r" + i)).toList());

    /** Beyond the largest number soon: differences count, not values. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

    private SlotOwnership ofRank(int rank) {
        return new SlotOwnership(APP, RANKS.get(rank));
    }

    /** What is decided after each passing second. */
    private List<Decision> seconds(int count, SlotOwnership ownership, List<ReplicaId> interested, Slot slot) {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            decisions.add(ownership.decide(interested, slot, now));
            now += Duration.ofSeconds(1).toNanos();
        }
        return decisions;
    }

    @Test
    void whoIsAloneTakesAFreeSlotAtOnce() {
        assertThat(seconds(1, ofRank(3), List.of(RANKS.get(3)), FREE)).containsExactly(TAKE);
    }

    @Test
    void theFirstTakesAFreeSlotAtOnceAndTheOthersOneAfterTheOtherLater() {
        assertThat(seconds(1, ofRank(0), RANKS, FREE)).containsExactly(TAKE);
        assertThat(seconds(3, ofRank(1), RANKS, FREE)).containsExactly(WAIT, WAIT, TAKE);
        assertThat(seconds(5, ofRank(2), RANKS, FREE)).containsExactly(WAIT, WAIT, WAIT, WAIT, TAKE);
    }

    @Test
    void everybodyTakesItWithinTenSeconds() {
        for (int rank = 0; rank < RANKS.size(); rank++) {
            assertThat(seconds(8, ofRank(rank), RANKS, FREE)).contains(TAKE);
        }
    }

    @Test
    void whoIsNotInterestedDoesNotTakeIt() {
        assertThat(seconds(20, ofRank(0), RANKS.subList(1, 3), FREE)).containsOnly(WAIT);
    }

    @Test
    void aTakenSlotIsLeftAloneAndTheWaitBeginsAgainWhenItIsFree() {
        SlotOwnership second = ofRank(1);
        assertThat(seconds(2, second, RANKS, FREE)).containsOnly(WAIT);
        assertThat(seconds(20, second, RANKS, TAKEN)).containsOnly(WAIT);
        assertThat(seconds(3, second, RANKS, FREE)).containsExactly(WAIT, WAIT, TAKE);
    }

    @Test
    void theFirstKeepsItsSlot() {
        assertThat(seconds(100, ofRank(0), RANKS, OURS)).containsOnly(KEEP);
    }

    @Test
    void anOwnerKeepsItsSlotWhileNobodyIsInterested() {
        assertThat(seconds(100, ofRank(0), List.of(), OURS)).containsOnly(KEEP);
    }

    @Test
    void anotherOwnerHandsOverOnceTheFirstHasBeenThereForAWhile() {
        SlotOwnership second = ofRank(1);
        assertThat(seconds(10, second, List.of(RANKS.get(1)), OURS)).containsOnly(KEEP);
        assertThat(seconds(7, second, RANKS, OURS)).containsExactly(KEEP, KEEP, KEEP, KEEP, KEEP, KEEP, HAND_OVER);
    }

    @Test
    void aFirstThatComesAndGoesMovesNothing() {
        SlotOwnership second = ofRank(1);
        for (int i = 0; i < 10; i++) {
            assertThat(seconds(4, second, RANKS, OURS)).containsOnly(KEEP);
            assertThat(seconds(1, second, List.of(RANKS.get(1)), OURS)).containsOnly(KEEP);
        }
    }

    @Test
    void anOwnerWithoutSubscribersHandsOverAtOnce() {
        assertThat(seconds(1, ofRank(0), List.of(RANKS.get(2)), OURS)).containsExactly(HAND_OVER);
    }

    @Test
    void oneThatDoesNotTakeWhatItIsGivenIsAskedAtGrowingIntervals() {
        SlotOwnership second = ofRank(1);
        List<Integer> intervals = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int owned = 0;
            while (seconds(1, second, RANKS, OURS).getFirst() == KEEP) {
                owned++;
            }
            intervals.add(owned);
            second.handedOver();
            assertThat(seconds(3, second, RANKS, FREE)).containsExactly(WAIT, WAIT, TAKE);
        }
        assertThat(intervals).containsExactly(6, 11, 21, 41);
    }

    @Test
    void oneThatTookWhatItWasGivenIsNotMistrusted() {
        SlotOwnership second = ofRank(1);
        for (int i = 0; i < 3; i++) {
            second.handedOver();
            assertThat(seconds(10, second, RANKS, TAKEN)).containsOnly(WAIT);
            assertThat(seconds(1, second, RANKS, OURS)).containsExactly(HAND_OVER);
        }
    }

    @Test
    void appsAreSpreadEvenlyAndOneMoreReplicaMovesOnlyItsShare() {
        List<ReplicaId> three = List.of(new ReplicaId("a"), new ReplicaId("b"), new ReplicaId("c"));
        List<ReplicaId> four = new ArrayList<>(three);
        four.add(new ReplicaId("d"));
        Map<ReplicaId, Integer> owned = new HashMap<>();
        int moved = 0;
        for (int i = 0; i < 4000; i++) {
            AppId app = new AppId(String.format("app_%012d", i));
            ReplicaId before = SlotOwnership.ranks(app, three).getFirst();
            ReplicaId after = SlotOwnership.ranks(app, four).getFirst();
            owned.merge(after, 1, Integer::sum);
            if (!before.equals(after)) {
                assertThat(after).isEqualTo(new ReplicaId("d"));
                moved++;
            }
        }
        assertThat(owned.values()).allMatch(count -> count > 850 && count < 1150);
        assertThat(moved).isBetween(850, 1150);
    }
}
