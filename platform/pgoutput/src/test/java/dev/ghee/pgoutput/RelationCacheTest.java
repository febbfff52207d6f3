package dev.ghee.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.WalMessage.OldRow;
import dev.ghee.pgoutput.WalMessage.Relation;
import dev.ghee.pgoutput.WalMessage.ReplicaIdentity;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelationCacheTest {
    private static final Cell ONE = new Cell.Binary(ByteBuffer.wrap(new byte[] {1}));
    private static final Cell TWO = new Cell.Binary(ByteBuffer.wrap(new byte[] {2}));

    private final RelationCache relations = new RelationCache();

    @Test
    void joinsCellsWithTheirColumns() {
        relations.put(relation("a", "b"));
        Row row = relations.row(7, List.of(ONE, Cell.NULL));
        assertThat(row.cell("a")).contains(ONE);
        assertThat(row.cell("b")).contains(Cell.NULL);
        assertThat(row.cell("c")).isEmpty();
    }

    @Test
    void latestDefinitionCounts() {
        relations.put(relation("a"));
        relations.put(relation("renamed"));
        assertThat(relations.row(7, List.of(ONE)).cell("renamed")).contains(ONE);
    }

    @Test
    void earlierRowsKeepTheirDefinition() {
        relations.put(relation("a"));
        Row earlier = relations.row(7, List.of(ONE));
        relations.put(relation("renamed"));
        assertThat(earlier.cell("a")).contains(ONE);
    }

    @Test
    void refusesARowOfATableNeverDescribed() {
        assertThatThrownBy(() -> relations.row(8, List.of())).isInstanceOf(MalformedWalException.class);
    }

    @Test
    void refusesARowOfAnotherWidth() {
        relations.put(relation("a", "b"));
        assertThatThrownBy(() -> relations.row(7, List.of(ONE))).isInstanceOf(MalformedWalException.class);
    }

    @Test
    void fullOldRowCompletesTheNewOne() {
        var update = new WalMessage.Update(7, new OldRow.Full(List.of(ONE, TWO)), List.of(TWO, Cell.UNCHANGED_TOAST));
        assertThat(update.completedAfter()).containsExactly(TWO, TWO);
    }

    @Test
    void oldKeyCompletesOnlyWhatItHolds() {
        var update = new WalMessage.Update(
                7, new OldRow.Key(List.of(ONE, Cell.NULL)), List.of(Cell.UNCHANGED_TOAST, Cell.UNCHANGED_TOAST));
        assertThat(update.completedAfter()).containsExactly(ONE, Cell.UNCHANGED_TOAST);
    }

    private static Relation relation(String... columns) {
        return new Relation(
                7,
                "public",
                "t",
                ReplicaIdentity.DEFAULT,
                List.of(columns).stream()
                        .map(name -> new Column(name, 23, -1, false))
                        .toList());
    }
}
