package dev.ghee.functions.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.engine.CallLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WaitingCallsTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final AppState APP = new AppState(
            new AppId("app_0123456789ab"),
            1,
            "a",
            "a",
            "o",
            "o",
            Set.of(),
            "r",
            AppState.Status.READY,
            AppState.AccessMode.PUBLIC,
            null,
            List.of(),
            "anon",
            List.of(),
            false,
            null);
    private static final DeployedFunction FUNCTION = new DeployedFunction(
            new UUID(0, 7),
            "f",
            1,
            "v1",
            List.of(),
            new CallLimits(Duration.ofSeconds(1), Duration.ofSeconds(1), 128),
            true,
            false);

    private static InvocationRecord call(Instant at, int status) {
        return new InvocationRecord(
                APP,
                FUNCTION,
                at,
                "http",
                null,
                null,
                status,
                Duration.ofMillis(3),
                null,
                null,
                true,
                null,
                null,
                List.of(),
                null);
    }

    @Test
    void countersOfAFailedWriteJoinWhatCameMeanwhile() {
        var first = new WaitingCalls(APP);
        first.count(call(AT, 200));
        first.add(LogRow.of(call(AT, 200)));
        var meanwhile = new WaitingCalls(APP);
        meanwhile.count(call(AT.plusSeconds(1), 503));
        meanwhile.count(call(AT.plusSeconds(3600), 200));

        WaitingCalls joined = meanwhile.with(first.countersForAnotherAttempt());

        assertThat(joined.attempts()).isEqualTo(1);
        assertThat(meanwhile.due()).isFalse();
        assertThat(joined.rows()).isEmpty();
        assertThat(joined.counts()).hasSize(2).anySatisfy(row -> {
            assertThat(row.hour()).isEqualTo("2026-01-02T03:00:00Z");
            assertThat(row.calls()).isEqualTo(2);
            assertThat(row.errors()).isEqualTo(1);
            assertThat(row.cold_starts()).isEqualTo(2);
            assertThat(row.duration_ms()).isEqualTo(6);
            assertThat(row.last_status()).isEqualTo(503);
        });
    }

    @Test
    void callsThatFailedHaveRoomOfTheirOwn() {
        var waiting = new WaitingCalls(APP);
        waiting.add(LogRow.of(call(AT, 200)));

        assertThat(waiting.hasRoom(false, 1)).isFalse();
        assertThat(waiting.hasRoom(true, 1)).isTrue();
    }
}
