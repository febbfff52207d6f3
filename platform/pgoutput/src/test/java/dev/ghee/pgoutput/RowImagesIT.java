package dev.ghee.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.WalMessage.OldRow;
import dev.ghee.pgoutput.WalMessage.ReplicaIdentity;
import dev.ghee.pgoutput.value.ByteSink;
import dev.ghee.pgoutput.value.PgType;
import dev.ghee.pgoutput.value.RowJson;
import dev.ghee.pgoutput.value.TypeCatalog;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a real server sends for each kind of change; reliability.md, cases 7, 8 and 9. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RowImagesIT {
    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private static WalSession wal;

    private final RelationCache relations = new RelationCache();

    @BeforeAll
    static void open() throws SQLException {
        database = TestDatabase.create();
        wal = database.openWal(Map.of("binary", "true"));
    }

    @AfterAll
    static void close() throws SQLException {
        database.close();
    }

    @Test
    void transactionsCarryTheirCommitLsn() throws SQLException {
        database.execute("CREATE TABLE commits (id integer PRIMARY KEY)", "INSERT INTO commits VALUES (1)");
        List<WalMessage> messages = wal.drain();
        var begin = (WalMessage.Begin) messages.getFirst();
        var commit = (WalMessage.Commit) messages.getLast();
        assertThat(begin.commitLsn()).isEqualTo(commit.commitLsn()).isLessThan(commit.endLsn());
        assertThat(begin.committedAt()).isEqualTo(commit.committedAt());
    }

    @Test
    void insertCarriesTheRow() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE fresh (id integer PRIMARY KEY, note text)", "INSERT INTO fresh VALUES (1, NULL)"))
                .containsExactly("fresh INSERT {'id':1,'note':null}");
    }

    @Test
    void updateUnderDefaultIdentityCarriesNoOldRow() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE plain (id integer PRIMARY KEY, note text)",
                        "INSERT INTO plain VALUES (1, 'a')",
                        "UPDATE plain SET note = 'b'"))
                .endsWith("plain UPDATE absent -> {'id':1,'note':'b'}");
    }

    @Test
    void updateOfThePrimaryKeyCarriesTheOldKey() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE rekeyed (note text, id integer PRIMARY KEY)",
                        "INSERT INTO rekeyed VALUES ('a', 1)",
                        "UPDATE rekeyed SET id = 2"))
                .endsWith("rekeyed UPDATE key {'id':1} -> {'note':'a','id':2}");
    }

    @Test
    void updateUnderFullIdentityCarriesTheOldRow() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE whole (id integer PRIMARY KEY, note text)",
                        "ALTER TABLE whole REPLICA IDENTITY FULL",
                        "INSERT INTO whole VALUES (1, 'a')",
                        "UPDATE whole SET note = 'b'"))
                .endsWith("whole UPDATE full {'id':1,'note':'a'} -> {'id':1,'note':'b'}");
    }

    @Test
    void deleteUnderDefaultIdentityCarriesTheKeyOnly() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE keyed (a integer, note text, b text, PRIMARY KEY (a, b))",
                        "INSERT INTO keyed VALUES (1, 'secret', 'x')",
                        "DELETE FROM keyed"))
                .endsWith("keyed DELETE key {'a':1,'b':'x'}");
    }

    @Test
    void deleteWithoutPrimaryKeyUnderFullIdentityCarriesTheRow() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE keyless (note text)",
                        "ALTER TABLE keyless REPLICA IDENTITY FULL",
                        "INSERT INTO keyless VALUES ('a')",
                        "DELETE FROM keyless"))
                .endsWith("keyless DELETE full {'note':'a'}");
    }

    @Test
    void uniqueIndexAsIdentityCarriesItsColumns() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE indexed (id integer PRIMARY KEY, code text NOT NULL UNIQUE)",
                        "ALTER TABLE indexed REPLICA IDENTITY USING INDEX indexed_code_key",
                        "INSERT INTO indexed VALUES (1, 'a')",
                        "DELETE FROM indexed"))
                .endsWith("indexed DELETE key {'code':'a'}");
    }

    @Test
    void unchangedToastIsLeftOutUnderDefaultIdentity() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE toasted (id integer PRIMARY KEY, n integer, big text)",
                        "ALTER TABLE toasted ALTER big SET STORAGE EXTERNAL",
                        "INSERT INTO toasted VALUES (1, 1, repeat('x', 3000))",
                        "UPDATE toasted SET n = 2"))
                .endsWith("toasted UPDATE absent -> {'id':1,'n':2}");
    }

    @Test
    void unchangedToastComesFromTheOldRowUnderFullIdentity() throws SQLException {
        String big = "x".repeat(3000);
        assertThat(changes(
                        "CREATE TABLE filled (id integer PRIMARY KEY, n integer, big text)",
                        "ALTER TABLE filled ALTER big SET STORAGE EXTERNAL",
                        "ALTER TABLE filled REPLICA IDENTITY FULL",
                        "INSERT INTO filled VALUES (1, 1, repeat('x', 3000))",
                        "UPDATE filled SET n = 2"))
                .endsWith(
                        "filled UPDATE full {'id':1,'n':1,'big':'" + big + "'} -> {'id':1,'n':2,'big':'" + big + "'}");
    }

    @Test
    void changedToastArrivesWhole() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE swollen (id integer PRIMARY KEY, big text)",
                        "ALTER TABLE swollen ALTER big SET STORAGE EXTERNAL",
                        "INSERT INTO swollen VALUES (1, repeat('x', 3000))",
                        "UPDATE swollen SET big = repeat('y', 9000)"))
                .endsWith("swollen UPDATE absent -> {'id':1,'big':'" + "y".repeat(9000) + "'}");
    }

    @Test
    void truncateNamesEachTable() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE cut (id integer PRIMARY KEY)",
                        "CREATE TABLE cut_too (id integer REFERENCES cut)",
                        "INSERT INTO cut VALUES (1)",
                        "INSERT INTO cut_too VALUES (1)",
                        "TRUNCATE cut RESTART IDENTITY CASCADE"))
                .endsWith("TRUNCATE [cut, cut_too] cascade=true restart=true");
    }

    @Test
    void renamedColumnAppliesFromItsOwnCommitOn() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE renamed (id integer PRIMARY KEY, old_name text)",
                        "INSERT INTO renamed VALUES (1, 'a')",
                        "ALTER TABLE renamed RENAME old_name TO new_name",
                        "INSERT INTO renamed VALUES (2, 'b')"))
                .containsExactly("renamed INSERT {'id':1,'old_name':'a'}", "renamed INSERT {'id':2,'new_name':'b'}");
    }

    @Test
    void ddlWithinATransactionAppliesToTheRowsAfterIt() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE changing (id integer PRIMARY KEY, a text)",
                        "BEGIN; INSERT INTO changing VALUES (1, 'a');"
                                + " ALTER TABLE changing ADD b integer DEFAULT 7;"
                                + " INSERT INTO changing VALUES (2, 'b');"
                                + " ALTER TABLE changing RENAME a TO c;"
                                + " UPDATE changing SET c = 'd' WHERE id = 1; COMMIT"))
                .containsExactly(
                        "changing INSERT {'id':1,'a':'a'}",
                        "changing INSERT {'id':2,'a':'b','b':7}",
                        "changing UPDATE absent -> {'id':1,'c':'d','b':7}");
    }

    @Test
    void droppedColumnIsGoneFromItsOwnCommitOn() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE shrunk (id integer PRIMARY KEY, gone text, kept text)",
                        "INSERT INTO shrunk VALUES (1, 'a', 'b')",
                        "ALTER TABLE shrunk DROP gone",
                        "INSERT INTO shrunk VALUES (2, 'c')"))
                .containsExactly("shrunk INSERT {'id':1,'gone':'a','kept':'b'}", "shrunk INSERT {'id':2,'kept':'c'}");
    }

    @Test
    void changedTypeAppliesFromItsOwnCommitOn() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE retyped (id integer PRIMARY KEY, v integer)",
                        "INSERT INTO retyped VALUES (1, 5)",
                        "ALTER TABLE retyped ALTER v TYPE bigint",
                        "INSERT INTO retyped VALUES (2, 6)",
                        "ALTER TABLE retyped ALTER v TYPE text",
                        "INSERT INTO retyped VALUES (3, '7')"))
                .containsExactly(
                        "retyped INSERT {'id':1,'v':5}",
                        "retyped INSERT {'id':2,'v':'6'}",
                        "retyped INSERT {'id':3,'v':'7'}");
    }

    @Test
    void renamedTableKeepsItsOid() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE before_name (id integer PRIMARY KEY)",
                        "INSERT INTO before_name VALUES (1)",
                        "ALTER TABLE before_name RENAME TO after_name",
                        "INSERT INTO after_name VALUES (2)"))
                .containsExactly("before_name INSERT {'id':1}", "after_name INSERT {'id':2}");
    }

    @Test
    void partitionsArriveAsTheirRoot() throws SQLException {
        assertThat(changes(
                        "CREATE TABLE root (id integer, at integer, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
                        "CREATE TABLE low (at integer NOT NULL, id integer NOT NULL)",
                        "ALTER TABLE root ATTACH PARTITION low FOR VALUES FROM (0) TO (10)",
                        "CREATE TABLE high PARTITION OF root FOR VALUES FROM (10) TO (20)",
                        "INSERT INTO root VALUES (1, 5)",
                        "UPDATE root SET at = 15",
                        "DELETE FROM root"))
                .containsExactly(
                        "root INSERT {'id':1,'at':5}",
                        "root DELETE key {'id':1,'at':5}",
                        "root INSERT {'id':1,'at':15}",
                        "root DELETE key {'id':1,'at':15}");
    }

    @Test
    void ownTypesAreNamedBeforeTheirTable() throws SQLException {
        database.execute(
                "CREATE TYPE colour AS ENUM ('red')",
                "CREATE TABLE typed (id integer PRIMARY KEY, c colour, p point)",
                "INSERT INTO typed VALUES (1, 'red', NULL)");
        List<WalMessage> messages = wal.drain();
        var type = (WalMessage.Type) messages.get(1);
        var relation = (WalMessage.Relation) messages.get(2);
        assertThat(type.name()).isEqualTo("colour");
        assertThat(relation.columns().get(1).typeOid()).isEqualTo(type.oid());
        assertThat(relation.namespace()).isEqualTo("public");
        assertThat(relation.identity()).isEqualTo(ReplicaIdentity.DEFAULT);
        TypeCatalog types = database.types();
        assertThat(types.type(type.oid())).isEqualTo(PgType.Scalar.TEXT);
        assertThat(types.withoutBinaryCodec(relation)).extracting(Column::name).containsExactly("p");
    }

    @Test
    void logicalMessagesAreDecoded() throws SQLException {
        database.execute(
                "SELECT pg_logical_emit_message(false, 'alone', 'x')",
                "SELECT pg_logical_emit_message(true, 'within', '\\x00ff'::bytea)");
        List<WalMessage.Message> messages = wal.drain().stream()
                .filter(WalMessage.Message.class::isInstance)
                .map(WalMessage.Message.class::cast)
                .toList();
        assertThat(messages)
                .extracting(WalMessage.Message::prefix, WalMessage.Message::transactional, WalMessage.Message::content)
                .containsExactly(
                        tuple("alone", false, ByteBuffer.wrap(new byte[] {'x'})),
                        tuple("within", true, ByteBuffer.wrap(new byte[] {0, -1})));
        assertThat(messages.getFirst().lsn()).isLessThan(messages.getLast().lsn());
    }

    /** What a reader makes of the statements, a line for each change. */
    private List<String> changes(String... statements) throws SQLException {
        database.execute(statements);
        TypeCatalog types = database.types();
        List<String> lines = new ArrayList<>();
        for (WalMessage message : wal.drain()) {
            switch (message) {
                case WalMessage.Relation relation -> relations.put(relation);
                case WalMessage.Insert insert ->
                    lines.add(name(insert.relationOid()) + " INSERT "
                            + json(insert.relationOid(), insert.row(), types, false));
                case WalMessage.Update update ->
                    lines.add(name(update.relationOid()) + " UPDATE "
                            + old(update.relationOid(), update.before(), types) + " -> "
                            + json(update.relationOid(), update.completedAfter(), types, false));
                case WalMessage.Delete delete ->
                    lines.add(name(delete.relationOid()) + " DELETE "
                            + old(delete.relationOid(), delete.before(), types));
                case WalMessage.Truncate truncate -> {
                    String names = truncate.relationOids().stream()
                            .map(this::name)
                            .sorted()
                            .collect(Collectors.joining(", ", "[", "]"));
                    lines.add("TRUNCATE " + names + " cascade=" + truncate.cascade() + " restart="
                            + truncate.restartIdentity());
                }
                case WalMessage.Begin _,
                        WalMessage.Commit _,
                        WalMessage.Origin _,
                        WalMessage.Type _,
                        WalMessage.Message _ -> {
                    // no change of a row
                }
                case WalMessage.StreamStart _,
                        WalMessage.StreamStop _,
                        WalMessage.Streamed _,
                        WalMessage.StreamCommit _,
                        WalMessage.StreamAbort _ -> throw new AssertionError("streaming was not asked for");
            }
        }
        return lines;
    }

    private String name(int oid) {
        return relations.relation(oid).name();
    }

    private String old(int oid, OldRow before, TypeCatalog types) {
        return switch (before) {
            case OldRow.Absent _ -> "absent";
            case OldRow.Key(List<Cell> cells) -> "key " + json(oid, cells, types, true);
            case OldRow.Full(List<Cell> cells) -> "full " + json(oid, cells, types, false);
        };
    }

    private String json(int oid, List<Cell> cells, TypeCatalog types, boolean keyOnly) {
        Row row = relations.row(oid, cells);
        ByteSink out = new ByteSink(1 << 20);
        RowJson.of(row.relation(), types, column -> !keyOnly || column.inIdentity())
                .write(row.cells(), out);
        return out.toString().replace('"', '\'');
    }
}
