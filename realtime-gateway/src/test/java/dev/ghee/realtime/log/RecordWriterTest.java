package dev.ghee.realtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.RowChanges;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.pgoutput.WalMessage;
import dev.ghee.pgoutput.value.TypeCatalog;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordWriterTest {
    private static final AppId APP = new AppId("app_000000000001");
    private static final int TEXT = 25;
    private static final Table NOTES = table(16500, "notes");
    private static final Table TASKS = table(16501, "täsks \"1\"");

    private final RecordWriter writer = new RecordWriter();

    @Test
    void writesWhatTheContractReads() throws IOException {
        RowImage first = RowImage.ofTexts(NOTES, Arrays.asList("1", null));
        RowImage second = RowImage.ofTexts(NOTES, List.of("1", "\"\\ \n \u0000 ü 🙂"));
        RowImage other = RowImage.ofTexts(TASKS, List.of("", "x"));
        var part = part(List.of(
                new RowChange.Insert(NOTES, 0, first),
                new RowChange.Update(NOTES, 1, first, second),
                new RowChange.Delete(TASKS, 2, other),
                new RowChange.Truncate(NOTES, 3),
                new RowChange.Incomplete(TASKS, 4, RowChange.Operation.UPDATE)));

        RowChanges read = Contracts.read(writer.write(APP, part), RowChanges.class);

        assertThat(read)
                .isEqualTo(new RowChanges(
                        APP,
                        7,
                        "16/B374D848",
                        part.committedAt(),
                        -5,
                        true,
                        "16/B374D850",
                        List.of(relation(16500, "notes"), relation(16501, "täsks \"1\"")),
                        List.of(
                                change(0, 0, "INSERT", null, first.texts()),
                                change(1, 0, "UPDATE", first.texts(), second.texts()),
                                change(2, 1, "DELETE", other.texts(), null),
                                change(3, 0, "TRUNCATE", null, null),
                                change(4, 1, "UPDATE", null, null))));
    }

    @Test
    void leavesImagesOut() throws IOException {
        RowImage row = RowImage.ofTexts(NOTES, List.of("1", "large"));
        byte[] record = writer.writeWithoutImages(APP, part(List.of(new RowChange.Insert(NOTES, 0, row))));
        assertThat(Contracts.read(record, RowChanges.class).changes())
                .containsExactly(change(0, 0, "INSERT", null, null));
    }

    private static RowChanges.Change change(
            int sequence,
            int relation,
            String operation,
            @org.jspecify.annotations.Nullable List<@org.jspecify.annotations.Nullable String> before,
            @org.jspecify.annotations.Nullable List<@org.jspecify.annotations.Nullable String> after) {
        return new RowChanges.Change(sequence, relation, operation, before, after);
    }

    private static TransactionPart part(List<RowChange> changes) {
        return new TransactionPart(
                7,
                Lsn.parse("16/B374D848"),
                Instant.parse("2026-11-21T10:00:00.123456Z"),
                -5,
                true,
                changes,
                100,
                Optional.of(Lsn.parse("16/B374D850")));
    }

    private static RowChanges.Relation relation(int oid, String name) {
        return new RowChanges.Relation(
                oid,
                "public",
                name,
                List.of(new RowChanges.Column("id", TEXT, -1, true), new RowChanges.Column("body", TEXT, -1, false)));
    }

    private static Table table(int oid, String name) {
        var relation = new WalMessage.Relation(
                oid,
                "public",
                name,
                WalMessage.ReplicaIdentity.FULL,
                List.of(new WalMessage.Column("id", TEXT, -1, true), new WalMessage.Column("body", TEXT, -1, true)));
        return new Table(relation, TypeCatalog.builtin(), Set.of("id"));
    }
}
