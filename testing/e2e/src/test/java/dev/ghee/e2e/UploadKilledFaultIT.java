package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ghee.bench.storage.MadeUpFile;
import dev.ghee.bench.storage.Reading;
import dev.ghee.bench.storage.StoredFiles;
import dev.ghee.bench.storage.TroubledUpload;
import dev.ghee.e2e.TestApp.User;
import dev.ghee.local.GheeStack;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Case 27: an upload survives the death of whoever takes it, and leaves nothing behind. */
class UploadKilledFaultIT {
    private static final long BYTES = 41_000_003;
    private static final int CUTS = 6;
    private static final int KILLS = 2;

    @Test
    void everyByteArrivesWhileConnectionsAreCutAndTheServiceIsKilled() throws Exception {
        TestApp app = TestApp.create("upload");
        GheeStack stack = app.platform().stack();
        assumeTrue(stack != null, "the platform belongs to somebody else");
        if (stack != null) {
            everyByteArrives(app, stack);
        }
    }

    private static void everyByteArrives(TestApp app, GheeStack stack) throws Exception {
        app.asOwner()
                .body(Map.of("maxFileSizeMb", 64))
                .patch(app.path("/config/storage"))
                .then()
                .statusCode(200);
        User ann = app.signUp("ann");
        Map<String, String> headers = Map.of("Authorization", "Bearer " + ann.token());
        URI edge = URI.create(app.platform().url());
        var file = new MadeUpFile(BYTES, 7);

        TroubledUpload.Outcome outcome = new TroubledUpload(edge, headers, app.id(), file)
                .run(
                        CUTS,
                        KILLS,
                        () -> stack.endpoints().get("storage-service").process().kill());

        URI content = edge.resolve("/storage/" + app.id() + "/objects/" + outcome.objectId() + "/content");
        assertThat(Reading.digested(content, headers).sha256()).isEqualTo(file.sha256());
        List<Map<String, Object>> objects =
                app.as(ann).get("/storage/" + app.id() + "/objects").path("objects");
        assertThat(objects).singleElement().satisfies(object -> {
            assertThat(object).containsEntry("size_bytes", Long.toString(BYTES));
            assertThat(object).containsEntry("checksum_sha256", file.sha256());
        });
        Path store = stack.home().data("s3");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(StoredFiles.of(store, app.id()))
                        .singleElement()
                        .asString()
                        .contains(outcome.objectId()));
    }
}
