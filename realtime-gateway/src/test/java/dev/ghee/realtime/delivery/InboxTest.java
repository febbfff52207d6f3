package dev.ghee.realtime.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.pgoutput.Lsn;
import dev.ghee.pgoutput.WalMessage;
import dev.ghee.pgoutput.value.TypeCatalog;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.log.LogRecord;
import dev.ghee.realtime.log.LoggedPart;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changes are numbered; each is a transaction of its own, its record at the offset of the same number. */
class InboxTest {
    private static final int ROOM = 10_000;
    private static final Table TABLE = new Table(
            new WalMessage.Relation(1, "public", "t", WalMessage.ReplicaIdentity.FULL, List.of()),
            TypeCatalog.builtin(),
            Set.of());

    private final Inbox inbox = new Inbox(ROOM, new InboxRoom(Long.MAX_VALUE, new SimpleMeterRegistry()));

    @Test
    void passesOverTheLogsCopiesOfWhatCameDirectly() throws InterruptedException {
        logged(1);
        direct(2);
        direct(3);
        logged(2);
        logged(3);
        logged(4);
        assertThat(taken()).containsExactly("log 1", "direct 2", "direct 3", "log 4");
    }

    @Test
    void keepsWhatCameTooEarlyUntilTheLogHasBroughtWhatLiesBefore() throws InterruptedException {
        direct(3);
        direct(4);
        logged(1);
        assertThat(taken()).containsExactly("log 1");
        logged(2);
        logged(3);
        direct(5);
        assertThat(taken()).containsExactly("log 2", "direct 3", "direct 4", "direct 5");
    }

    @Test
    void takesEachChangeOnceFromTheLogToo() throws InterruptedException {
        logged(1);
        logged(2);
        direct(2);
        logged(2);
        assertThat(taken()).containsExactly("log 1", "log 2");
    }

    @Test
    void leavesToTheLogWhatHasNoRoomAndGoesOnDirectlyOnceThatIsRead() throws InterruptedException {
        int number = 0;
        while (!behindAfter(++number)) {
            direct(number + 1);
        }
        direct(number + 1);
        List<String> before = taken();
        assertThat(before).hasSize(number - 1);
        assertThat(inbox.take(1000, Long.MAX_VALUE)).isEqualTo(new Inbox.Work.CatchUp(number));
        assertThat(inbox.caughtUp(number)).isFalse();
        assertThat(inbox.caughtUp(number + 1)).isTrue();
        logged(number + 1);
        assertThat(taken()).containsExactly("direct " + (number + 1));
    }

    @Test
    void staysInOrderWhenEarlyOnesAreTooMany() throws InterruptedException {
        for (int number = 2; number < 40; number++) {
            direct(number);
        }
        for (int number = 1; number < 30; number++) {
            logged(number);
        }
        assertThat(taken().stream().map(text -> Integer.parseInt(text.split(" ")[1])))
                .startsWith(1, 2, 3)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    /** Fills the inbox from the log; whether this record had no room. */
    private boolean behindAfter(int number) {
        logged(number);
        return !inbox.caughtUp(number);
    }

    private void logged(int number) {
        inbox.fromLog(new LogRecord("app", number, position(number), new byte[1000]));
    }

    private void direct(int number) {
        var part = new TransactionPart(
                1,
                new Lsn(number),
                Instant.EPOCH,
                number,
                false,
                List.of(new RowChange.Truncate(TABLE, 0)),
                100,
                Optional.of(new Lsn(number)));
        inbox.direct(new LoggedPart(part, number), position(number - 1));
    }

    private static Position position(int number) {
        return new Position(1, new Lsn(number), 0);
    }

    private List<String> taken() throws InterruptedException {
        return ((Inbox.Work.Deliver) inbox.take(1000, Long.MAX_VALUE))
                .entries().stream().map(InboxTest::described).toList();
    }

    private static String described(Inbox.Entry entry) {
        return switch (entry) {
            case Inbox.Entry.FromLog(LogRecord record) -> "log " + record.offset();
            case Inbox.Entry.Direct(LoggedPart part, var _) -> "direct " + part.offset();
            case Inbox.Entry.Gap _ -> "gap";
        };
    }
}
