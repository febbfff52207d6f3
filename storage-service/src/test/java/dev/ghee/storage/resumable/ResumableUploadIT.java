package dev.ghee.storage.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.TestApp;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.s3.PartBytes;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** tus 1.0 as its clients use it. Source: https://tus.io/protocols/resumable-upload */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumableUploadIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MIB = 1 << 20;
    /** Two parts and a bit. */
    private static final byte[] FILE = bytes(11 * MIB + 12_345);

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    ObjectBytes bytes;

    @Inject
    PartBytes parts;

    @Inject
    LeftUploads left;

    @Inject
    UploadStore store;

    private TestApp app;
    private TusClient ada;

    @BeforeAll
    void app() throws Exception {
        app = new TestApp(apps, keys);
        app.rules(new AppState.Storage(64, false, List.of("*/*"), null));
        ada = new TusClient(app, app.token("ada"));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] part(int from, int to) {
        return Arrays.copyOfRange(FILE, from, to);
    }

    private String key(String upload) throws Exception {
        return app.query("SELECT key FROM ghee.objects WHERE id = '" + TusClient.id(upload) + "'")
                .getFirst();
    }

    /** The bytes are there, the row says so with the right digest, and nothing else is left in the store. */
    private void isStoredWhole(String upload, byte[] expected) throws Exception {
        String key = key(upload);
        String id = TusClient.id(upload).toString();
        try (var content = bytes.get(Bucket.OBJECTS, key).orElseThrow()) {
            assertThat(Arrays.equals(content.bytes().readAllBytes(), expected)).isTrue();
        }
        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(expected));
        assertThat(app.query("SELECT status || ' ' || checksum_sha256 FROM ghee.objects WHERE id = '" + id + "'"))
                .containsExactly("stored " + sha256);
        leavesNothing(id);
    }

    private void leavesNothing(String id) {
        assertThat(bytes.list(Bucket.OBJECTS, "tails/" + app.id + "/" + id, null, 10))
                .isEmpty();
        assertThat(parts.begun(Bucket.OBJECTS, null))
                .noneMatch(begun -> begun.key().contains(id));
        // Where the test's store keeps parts.
        assertThat(bytes.list(Bucket.OBJECTS, ".mpus-", null, 1000))
                .noneMatch(entry -> entry.key().contains(id));
    }

    @Test
    void aFileInPiecesOfAnyLengthBecomesAnObject() throws Exception {
        String upload = ada.created(FILE.length, "big.bin");
        int at = 0;
        for (int length : new int[] {1, 3 * MIB, 5 * MIB, 7, 3 * MIB + 12_337}) {
            Response appended = ada.append(upload, at, part(at, at + length));
            at += length;
            assertThat(appended.statusCode()).isEqualTo(204);
            assertThat(appended.header("Upload-Offset")).isEqualTo(Integer.toString(at));
            assertThat(ada.offset(upload)).isEqualTo(at);
        }
        assertThat(at).isEqualTo(FILE.length);
        isStoredWhole(upload, FILE);
        assertThat(ada.head(upload).header("Upload-Length")).isEqualTo(Integer.toString(FILE.length));
        app.as(app.token("ada"))
                .get(app.storage("/objects/" + TusClient.id(upload)))
                .then()
                .statusCode(200);
    }

    @Test
    void creationTellsWhatTheServerCanDoAndTakesFirstBytes() throws Exception {
        Response options = RestAssured.given().options(ada.path());
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.header("Tus-Version")).isEqualTo("1.0.0");
        assertThat(options.header("Tus-Extension"))
                .isEqualTo("creation,creation-with-upload,expiration,checksum,termination");

        Response created = ada.request()
                .header("Upload-Length", 5)
                .header("Upload-Metadata", TusClient.metadata(Map.of("filename", "hello.txt")))
                .contentType("application/offset+octet-stream")
                .body("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .post(ada.path());
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.header("Upload-Offset")).isEqualTo("5");
        isStoredWhole(created.header("Location"), "hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        String empty = ada.created(0, "empty");
        assertThat(ada.offset(empty)).isZero();
        isStoredWhole(empty, new byte[0]);
        assertThat(ada.create(5, "x").header("Upload-Expires")).endsWith("GMT");
    }

    @Test
    void whatACutConnectionHadBroughtIsKept() throws Exception {
        String upload = ada.created(FILE.length, "cut.bin");
        try (Socket socket = ada.begin(RestAssured.port, upload, 0, FILE.length, part(0, 6 * MIB))) {
            // The first part is stored once its successor begins; what follows it, when the connection ends.
            await().atMost(PATIENCE).until(() -> ada.offset(upload) == 5 * MIB);
            assertThat(socket.isConnected()).isTrue();
        }
        await().atMost(PATIENCE).until(() -> ada.offset(upload) == 6 * MIB);
        assertThat(ada.append(upload, 6 * MIB, part(6 * MIB, FILE.length)).statusCode())
                .isEqualTo(204);
        isStoredWhole(upload, FILE);
    }

    @Test
    void aLaterRequestOvertakesOneThatHangsAndNothingOfTheOldOneCounts() throws Exception {
        String upload = ada.created(FILE.length, "hanging.bin");
        try (Socket hanging = ada.begin(RestAssured.port, upload, 0, FILE.length, bytes(6 * MIB))) {
            await().atMost(PATIENCE).until(() -> ada.offset(upload) == 5 * MIB);
            assertThat(ada.append(upload, 0, FILE).statusCode()).isEqualTo(409);
        }
        String second = ada.created(FILE.length, "overtaken.bin");
        try (Socket hanging = ada.begin(RestAssured.port, second, 0, FILE.length, bytes(4 * MIB))) {
            // Claimed, but nothing stored: the next request begins at the same offset.
            await().atMost(PATIENCE)
                    .until(() -> app.query("SELECT epoch FROM ghee.uploads WHERE id = '" + TusClient.id(second) + "'")
                            .equals(List.of("1")));
            assertThat(ada.append(second, 0, FILE).statusCode()).isEqualTo(204);
            assertThat(hanging.isConnected()).isTrue();
        }
        isStoredWhole(second, FILE);
    }

    @Test
    void aPartThatAKilledProcessStoredAndNeverToldOfIsNotInTheFile() throws Exception {
        String upload = ada.created(FILE.length, "killed.bin");
        assertThat(ada.append(upload, 0, part(0, 6 * MIB)).statusCode()).isEqualTo(204);
        // As a process leaves it that dies after storing a part and a tail, before it says so.
        Upload row = store.find(app.state(), TusClient.id(upload)).orElseThrow();
        Upload claimed = store.claim(app.state(), row.id(), row.offset(), Duration.ofHours(1))
                .orElseThrow();
        parts.put(Bucket.OBJECTS, row.key(), row.s3UploadId(), claimed.nextPart(), bytes(5 * MIB));
        bytes.put(Bucket.OBJECTS, row.tails() + claimed.epoch(), bytes(9), "application/octet-stream");

        assertThat(ada.offset(upload)).isEqualTo(6 * MIB);
        assertThat(ada.append(upload, 6 * MIB, part(6 * MIB, FILE.length)).statusCode())
                .isEqualTo(204);
        isStoredWhole(upload, FILE);
    }

    @Test
    void anUploadThatADeadProcessLeftCompleteBecomesAnObjectWhenItsClientAsks() throws Exception {
        for (boolean assembled : new boolean[] {false, true}) {
            String upload = ada.created(FILE.length, "complete.bin");
            ada.append(upload, 0, part(0, 6 * MIB));
            Upload row = store.find(app.state(), TusClient.id(upload)).orElseThrow();
            Upload claimed = store.claim(app.state(), row.id(), row.offset(), Duration.ofHours(1))
                    .orElseThrow();
            var appending = appending(claimed);
            appending.take(io.vertx.core.buffer.Buffer.buffer(part(6 * MIB, FILE.length)));
            appending.end();
            appending.close();
            if (assembled) {
                parts.complete(Bucket.OBJECTS, row.key(), row.s3UploadId(), store.parts(app.state(), row.id()));
            }
            assertThat(ada.offset(upload)).isEqualTo(FILE.length);
            isStoredWhole(upload, FILE);
        }
    }

    @Inject
    Storing storing;

    private Appending appending(Upload claimed) throws Exception {
        return new Appending(app.state(), claimed, storing, null);
    }

    @Test
    void bytesWithAWrongChecksumAreNotKept() throws Exception {
        String upload = ada.created(FILE.length, "checked.bin");
        String right = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1").digest(FILE));
        String wrong = Base64.getEncoder().encodeToString(new byte[20]);
        assertThat(ada.append(ada.request().header("Upload-Checksum", "sha1 " + wrong), upload, 0, FILE)
                        .statusCode())
                .isEqualTo(460);
        assertThat(ada.offset(upload)).isZero();
        assertThat(ada.append(ada.request().header("Upload-Checksum", "crc32 " + wrong), upload, 0, FILE)
                        .statusCode())
                .isEqualTo(400);
        assertThat(ada.append(ada.request().header("Upload-Checksum", "sha1 " + right), upload, 0, FILE)
                        .statusCode())
                .isEqualTo(204);
        isStoredWhole(upload, FILE);
    }

    @Test
    void aTerminatedUploadLeavesNothing() throws Exception {
        String upload = ada.created(FILE.length, "ended.bin");
        ada.append(upload, 0, part(0, 6 * MIB));
        assertThat(ada.request().delete(upload).statusCode()).isEqualTo(204);
        assertThat(ada.head(upload).statusCode()).isEqualTo(404);
        assertThat(ada.append(upload, 6 * MIB, part(6 * MIB, FILE.length)).statusCode())
                .isEqualTo(404);
        assertThat(app.query("SELECT id FROM ghee.objects WHERE id = '" + TusClient.id(upload) + "'"))
                .isEmpty();
        await().atMost(PATIENCE)
                .untilAsserted(() -> leavesNothing(TusClient.id(upload).toString()));
    }

    @Test
    void anExpiredUploadIsGoneAndClearedAway() throws Exception {
        String upload = ada.created(FILE.length, "late.bin");
        ada.append(upload, 0, part(0, 6 * MIB));
        String row = " WHERE id = '" + TusClient.id(upload) + "'";
        app.query("UPDATE ghee.objects SET expires_at = now() - interval '1 second'" + row);
        assertThat(ada.head(upload).statusCode()).isEqualTo(404);
        // As the sweep of objects does.
        app.query("DELETE FROM ghee.objects" + row);
        left.sweep(app.state());
        assertThat(app.query("SELECT id FROM ghee.uploads" + row)).isEmpty();
        assertThat(bytes.list(Bucket.OBJECTS, "tails/" + app.id + "/" + TusClient.id(upload), null, 10))
                .isEmpty();
    }

    @Test
    void othersUploadsAndThoseOfOtherAppsAreNotThere() throws Exception {
        String upload = ada.created(5, "mine.txt");
        var bob = new TusClient(app, app.token("bob"));
        assertThat(bob.head(upload).statusCode()).isEqualTo(404);
        assertThat(bob.append(upload, 0, new byte[5]).statusCode()).isEqualTo(404);
        assertThat(bob.request().delete(upload).statusCode()).isEqualTo(404);
        assertThat(RestAssured.given()
                        .header("Tus-Resumable", "1.0.0")
                        .head(upload)
                        .statusCode())
                .isEqualTo(404);
        var other = new TestApp(apps, keys);
        var elsewhere = new TusClient(other, other.serviceKey);
        assertThat(elsewhere
                        .head(other.storage("/uploads/" + TusClient.id(upload)))
                        .statusCode())
                .isEqualTo(404);
        assertThat(elsewhere.head(upload).statusCode()).isEqualTo(404);
        assertThat(new TusClient(app, app.serviceKey).offset(upload)).isZero();
    }

    @Test
    void limitsHoldBeforeAnyByteIsTaken() throws Exception {
        assertThat(ada.create(65L * MIB, "big").statusCode()).isEqualTo(413);
        var tight = new TestApp(apps, keys);
        tight.rules(new AppState.Storage(64, false, List.of("*/*"), 100L * MIB));
        var bob = new TusClient(tight, tight.serviceKey);
        bob.created(60L * MIB, "one");
        Response full = bob.create(60L * MIB, "two");
        assertThat(full.statusCode()).isEqualTo(429);
        assertThat(full.<String>path("error.code")).isEqualTo("QUOTA_STORAGE_EXCEEDED");
        String small = ada.created(5, "small");
        assertThat(ada.append(small, 0, new byte[6]).statusCode()).isEqualTo(413);
        assertThat(ada.offset(small)).isZero();
    }

    @Test
    void whatTusForbidsIsRefusedAsItSays() {
        String upload = ada.created(5, "small");
        assertThat(app.as(ada.credential()).head(upload).statusCode()).isEqualTo(412);
        assertThat(ada.request()
                        .header("Upload-Offset", 0)
                        .contentType("text/plain")
                        .body("hello")
                        .patch(upload)
                        .statusCode())
                .isEqualTo(415);
        assertThat(ada.append(upload, 3, new byte[2]).statusCode()).isEqualTo(409);
        assertThat(ada.request().put(upload).statusCode()).isEqualTo(405);
        assertThat(ada.request()
                        .header("X-HTTP-Method-Override", "PATCH")
                        .header("Upload-Offset", 0)
                        .contentType("application/offset+octet-stream")
                        .body(new byte[5])
                        .post(upload)
                        .statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1e3", "99999999999999999999", "x", ""})
    void aLengthThatIsNoneIsRefused(String length) {
        assertThat(ada.request()
                        .header("Upload-Length", length)
                        .post(ada.path())
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"filename", "filename !!!", "filename gIA=", "a YQ==,a YQ==", ",", "a b c"})
    void metadataThatIsNoneIsRefusedOrIgnoredButNeverAnError(String metadata) {
        assertThat(ada.request()
                        .header("Upload-Length", 5)
                        .header("Upload-Metadata", metadata)
                        .post(ada.path())
                        .statusCode())
                .isIn(201, 400);
    }
}
