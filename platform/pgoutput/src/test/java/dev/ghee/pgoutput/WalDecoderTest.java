package dev.ghee.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.WalMessage.OldRow;
import dev.ghee.pgoutput.WalMessage.ReplicaIdentity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages captured from PostgreSQL 15.20; see {@code capture.txt}. */
class WalDecoderTest {
    private static final int K = 0x557b;
    private static final int F = 0x5582;

    @Test
    void decodesBegin() {
        assertThat(decode("4200000000047fc958000303c70b14f2270000151f"))
                .isEqualTo(new WalMessage.Begin(
                        Lsn.parse("0/47FC958"), Instant.parse("2026-11-21T12:12:29.429287Z"), 0x151f));
    }

    @Test
    void decodesCommit() {
        assertThat(decode("430000000000047fc95800000000047fc988000303c70b14f227"))
                .isEqualTo(new WalMessage.Commit(
                        Lsn.parse("0/47FC958"), Lsn.parse("0/47FC988"), Instant.parse("2026-11-21T12:12:29.429287Z")));
    }

    @Test
    void decodesOrigin() {
        assertThat(decode("4f0000000000000000656c736577686572657472756500"))
                .isEqualTo(new WalMessage.Origin(Lsn.NONE, "elsewheretrue"));
    }

    @Test
    void decodesRelation() {
        assertThat(decode("520000558d7075626c6963006e006e0001006964000000001700ffffff"))
                .isEqualTo(new WalMessage.Relation(
                        0x558d,
                        "public",
                        "n",
                        ReplicaIdentity.NOTHING,
                        List.of(new Column("id", 23, 0x00ffffff, false))));
    }

    @Test
    void takesAnEmptySchemaForTheCatalogue() {
        assertThat(decode("590000001000626f6f6c00")).isEqualTo(new WalMessage.Type(16, "pg_catalog", "bool"));
    }

    @Test
    void decodesAnInsertWithANull() {
        assertThat(decode("490000557b4e00036200000004000000016e6200000003736164"))
                .isEqualTo(new WalMessage.Insert(K, List.of(binary("00000001"), Cell.NULL, binary("736164"))));
    }

    @Test
    void tellsTextFromBinary() {
        assertThat(decode("490000557b4e00027400000001316200000000"))
                .isEqualTo(new WalMessage.Insert(K, List.of(new Cell.Text(bytes("31")), binary(""))));
    }

    @Test
    void tellsUnchangedToastFromNull() {
        assertThat(decode("550000557b4e00036200000004000000016e75"))
                .isEqualTo(new WalMessage.Update(
                        K, new OldRow.Absent(), List.of(binary("00000001"), Cell.NULL, Cell.UNCHANGED_TOAST)));
    }

    @Test
    void decodesAnUpdateWithItsOldKey() {
        assertThat(decode("550000557b4b00036200000004000000016e6e4e00036200000004000000026e6e"))
                .isEqualTo(new WalMessage.Update(
                        K,
                        new OldRow.Key(List.of(binary("00000001"), Cell.NULL, Cell.NULL)),
                        List.of(binary("00000002"), Cell.NULL, Cell.NULL)));
    }

    @Test
    void decodesADeleteWithItsOldRow() {
        assertThat(decode("44000055824f00026200000004000000016200000002c3a9"))
                .isEqualTo(new WalMessage.Delete(F, new OldRow.Full(List.of(binary("00000001"), binary("c3a9")))));
    }

    @Test
    void decodesTruncate() {
        assertThat(decode("5400000002020000557b00005582"))
                .isEqualTo(new WalMessage.Truncate(List.of(K, F), false, true));
    }

    @Test
    void decodesLogicalMessages() {
        assertThat(decode("4d000000000004814990700000000005616c6f6e65"))
                .isEqualTo(new WalMessage.Message(
                        Lsn.parse("0/4814990"),
                        false,
                        "p",
                        ByteBuffer.wrap("alone".getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void readsAnXidOnlyInsideAStreamBlock() {
        assertThat(decode("490000153e000055a34e00016e", StreamPosition.INSIDE))
                .isEqualTo(new WalMessage.Streamed(0x153e, new WalMessage.Insert(0x55a3, List.of(Cell.NULL))));
        assertThat(decode("490000153e4e00016e")).isEqualTo(new WalMessage.Insert(0x153e, List.of(Cell.NULL)));
    }

    @Test
    void decodesStreamControl() {
        assertThat(decode("530000153e01")).isEqualTo(new WalMessage.StreamStart(0x153e, true));
        assertThat(decode("45", StreamPosition.INSIDE)).isEqualTo(new WalMessage.StreamStop());
        assertThat(decode("410000153e0000153f")).isEqualTo(new WalMessage.StreamAbort(0x153e, 0x153f));
    }

    @Test
    void captureHoldsEveryMessageInBothPositions() {
        Set<String> kinds = Capture.entries().stream()
                .map(entry -> switch (entry.decode()) {
                    case WalMessage.Streamed(int _, WalMessage.Content content) ->
                        "Streamed " + content.getClass().getSimpleName();
                    case WalMessage other -> other.getClass().getSimpleName();
                })
                .collect(Collectors.toSet());
        assertThat(kinds)
                .containsExactlyInAnyOrder(
                        "Begin",
                        "Commit",
                        "Origin",
                        "Relation",
                        "Type",
                        "Insert",
                        "Update",
                        "Delete",
                        "Truncate",
                        "Message",
                        "StreamStart",
                        "StreamStop",
                        "StreamCommit",
                        "StreamAbort",
                        "Streamed Relation",
                        "Streamed Type",
                        "Streamed Insert",
                        "Streamed Update",
                        "Streamed Delete",
                        "Streamed Truncate",
                        "Streamed Message");
    }

    @ParameterizedTest
    @MethodSource("dev.ghee.pgoutput.Capture#entries")
    void refusesEveryTruncation(Capture.Entry entry) {
        byte[] bytes = entry.bytes();
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            assertThatThrownBy(() -> WalDecoder.decode(cut, entry.position()))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(MalformedWalException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ghee.pgoutput.Capture#entries")
    void refusesLeftoverBytes(Capture.Entry entry) {
        byte[] longer = Arrays.copyOf(entry.bytes(), entry.bytes().length + 1);
        assertThatThrownBy(() -> WalDecoder.decode(ByteBuffer.wrap(longer), entry.position()))
                .isInstanceOf(MalformedWalException.class);
    }

    @ParameterizedTest
    @MethodSource("dev.ghee.pgoutput.Capture#entries")
    void leavesTheBufferAsItWas(Capture.Entry entry) {
        ByteBuffer padded = ByteBuffer.allocate(entry.bytes().length + 10).order(ByteOrder.LITTLE_ENDIAN);
        padded.put(5, entry.bytes()).position(5).limit(5 + entry.bytes().length);
        ByteBuffer before = padded.duplicate();
        assertThat(WalDecoder.decode(padded, entry.position())).isEqualTo(entry.decode());
        assertThat(padded).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5a", // a tag there is none of
                "54ffffffff00", // -1 relations
                "540fffffff0000000001", // more than fit
                "490000557b4effff", // -1 columns
                "490000557b4e7fff6e", // more than fit
                "490000557b4e000162ffffffff", // a value of -1 bytes
                "490000557b4e0001627fffffff00", // longer than the message
                "490000557b4e000171", // a kind of cell there is none of
                "490000557b4b00016e", // an INSERT with an old row
                "440000557b4e00016e", // a DELETE with a new row
                "550000557b4b00016e4b00016e", // an UPDATE with two old rows
                "520000558d7000700078000000", // a replica identity there is none of
                "5900000010c300626f6f6c00", // a name that is not UTF-8
                "430100000000047fc95800000000047fc988000303c70b14f227", // flags
                "530000153e02", // neither first nor later
                "45", // the end of a block that did not start
            })
    void refusesWhatNoServerSends(String hex) {
        assertThatThrownBy(() -> decode(hex)).isInstanceOf(MalformedWalException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4200000000047fc958000303c70b14f2270000151f",
                "430000000000047fc95800000000047fc988000303c70b14f227",
                "530000153e01",
                "410000153e0000153f"
            })
    void refusesInsideAStreamBlockWhatStandsOutside(String hex) {
        assertThatCode(() -> decode(hex)).doesNotThrowAnyException();
        assertThatThrownBy(() -> decode(hex, StreamPosition.INSIDE)).isInstanceOf(MalformedWalException.class);
    }

    private static WalMessage decode(String hex) {
        return decode(hex, StreamPosition.OUTSIDE);
    }

    private static WalMessage decode(String hex, StreamPosition position) {
        return WalDecoder.decode(bytes(hex), position);
    }

    private static Cell binary(String hex) {
        return new Cell.Binary(bytes(hex));
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
