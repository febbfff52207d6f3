package dev.ghee.storage.hosting;

import static dev.ghee.storage.hosting.SiteApp.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Processes that die, and garbage that is collected while others deploy. */
@QuarkusTest
@WithTestResource(StackResource.class)
class HostingFaultIT {
    /** The test has an app for itself. */
    private static final String OWN = "own-app";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    ObjectBytes bytes;

    @Inject
    AbandonedDeployments abandoned;

    @Inject
    ContentStore contents;

    @Inject
    SiteGarbage garbage;

    /** For tests about one deployment. */
    private static @Nullable SiteApp shared;

    private SiteApp site;

    @BeforeEach
    void anApp(TestInfo test) throws SQLException {
        boolean own = test.getTags().contains(OWN);
        if (!own && shared == null) {
            shared = new SiteApp(apps, keys);
        }
        site = own || shared == null ? new SiteApp(apps, keys) : shared;
    }

    /** As if the process that worked on it had been killed. */
    private void kill(String id, String state, int attempts) throws SQLException {
        site.app.query("UPDATE ghee.deployments SET status = '" + state + "', attempts = " + attempts
                + ", lease_until = now() - interval '1 second' WHERE id = '" + id + "'");
    }

    private List<String> keys() {
        return bytes.list(Bucket.SITES, site.app.id + "/", null, 1000).stream()
                .map(ObjectBytes.Entry::key)
                .toList();
    }

    @Test
    void whatAKilledProcessWasUnpackingIsTakenOver() throws Exception {
        String id = site.uploaded("static", zip("index.html", "survived"));
        kill(id, "UPLOADING", 1);

        abandoned.sweep();

        site.awaitState(id, "READY");
        assertThat(site.text("/")).isEqualTo("survived");
    }

    @Test
    void askingForAnAbandonedDeploymentTakesItOverToo() throws Exception {
        String id = site.uploaded("static", zip("index.html", "survived"));
        kill(id, "UPLOADING", 1);

        site.awaitState(id, "READY");
    }

    @Test
    void whatFailsAgainAndAgainEnds() throws Exception {
        String id = site.uploaded("static", zip("index.html", "x"));
        kill(id, "UPLOADING", 3);

        site.awaitState(id, "ERROR");
        assertThat(site.get(id).getString("error")).contains("failed several times");
    }

    @Test
    void aBuildWhoseProcessWasKilledFails() throws Exception {
        String id = site.create("static").getString("id");
        site.app.query("UPDATE ghee.deployments SET source = 'BUILD' WHERE id = '" + id + "'");
        kill(id, "BUILDING", 1);

        assertThat(site.get(id).getString("status")).isEqualTo("ERROR");
        assertThat(site.get(id).getString("error")).contains("interrupted");
    }

    @Test
    void whatNobodyStartsIsCanceledAndItsZipDeleted() throws Exception {
        String id = site.uploaded("static", zip("index.html", "x"));
        site.app.query("UPDATE ghee.deployments SET created_at = now() - interval '2 hours' WHERE id = '" + id + "'");

        abandoned.sweep();

        assertThat(site.get(id).getString("status")).isEqualTo("CANCELED");
        assertThat(bytes.list(Bucket.SITES, SiteUploads.prefix(site.app.id), null, 100))
                .noneMatch(entry -> entry.key().contains(id));
    }

    @Test
    @Tag(OWN)
    void aProcessThatWasKilledAfterStoringLeavesNothingBehind() throws Exception {
        // Bytes and rows of a deployment that never came to be.
        String id = site.deployed("READY", "static", zip("index.html", "orphan", "a.txt", "text ".repeat(500)));
        site.app.query("DELETE FROM ghee.deployments WHERE id = '" + id + "'");
        garbage.collect(site.app.state());
        assertThat(keys()).as("a deployment might be about to refer to them").isNotEmpty();

        site.app.query("UPDATE ghee.site_contents SET touched_at = now() - interval '2 hours'");
        garbage.collect(site.app.state());

        assertThat(keys()).isEmpty();
        assertThat(site.app.query("SELECT count(*) FROM ghee.site_contents")).containsExactly("0");
        assertThat(site.app.query("SELECT count(*) FROM ghee.site_garbage")).containsExactly("0");
    }

    @Test
    void aCollectorThatWasKilledIsContinued() throws Exception {
        site.deployed("READY", "static", zip("index.html", "x"));
        String key = site.app.id + "/" + "0".repeat(64) + "-dead";
        bytes.put(Bucket.SITES, key, new byte[] {1}, "text/plain");
        site.app.query("INSERT INTO ghee.site_garbage (object_key) VALUES ('" + key + "')");

        garbage.collect(site.app.state());

        assertThat(keys()).doesNotContain(key).isNotEmpty();
        assertThat(site.app.query("SELECT count(*) FROM ghee.site_garbage")).containsExactly("0");
    }

    @Test
    @Tag(OWN)
    void collectingWhileOthersDeployNeverTakesWhatIsReferredTo() throws Exception {
        String shared = "shared ".repeat(200);
        var deploying = CompletableFuture.runAsync(() -> {
            try {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    ids.add(site.started("static", zip("index.html", "page " + i % 3, "a.txt", shared)));
                }
                for (String id : ids) {
                    await().atMost(Duration.ofSeconds(60)).until(() -> {
                        String state = site.get(id).getString("status");
                        return state.equals("READY") || state.equals("SUPERSEDED");
                    });
                    // So that what they share is referred to by nobody again and again.
                    site.app.query("DELETE FROM ghee.deployments WHERE status = 'SUPERSEDED'" + " AND id <> '"
                            + ids.getLast() + "' AND id = '" + id + "'");
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (!deploying.isDone()) {
            // As if contents were kept for less time than many a deployment takes.
            site.app.query("UPDATE ghee.site_contents SET touched_at = touched_at - interval '2 hours'"
                    + " WHERE touched_at < now() - interval '300 milliseconds'");
            garbage.collect(site.app.state());
        }
        deploying.get(1, TimeUnit.SECONDS);

        List<String> referred = site.app.query("SELECT DISTINCT c.object_key FROM ghee.deployment_files f"
                + " JOIN ghee.site_contents c USING (sha256)");
        assertThat(referred).isNotEmpty();
        assertThat(keys()).containsAll(referred);
        assertThat(site.text("/a.txt")).isEqualTo(shared);
    }

    @Test
    @Tag(OWN)
    void theOldestDeploymentsBeyondTheLimitGoButNeverTheLiveOne() throws Exception {
        String live = site.deployed("READY", "static", zip("index.html", "x"));
        site.app.query("UPDATE ghee.deployments SET created_at = now() - interval '1 year'");
        site.app.query("INSERT INTO ghee.deployments (id, framework, source, status, created_at)"
                + " SELECT gen_random_uuid(), 'static', 'ZIP', 'SUPERSEDED', now() - i * interval '1 minute'"
                + " FROM generate_series(1, 1050) AS i");

        garbage.collect(site.app.state());

        assertThat(site.app.query("SELECT count(*) FROM ghee.deployments")).containsExactly("1001");
        assertThat(site.get(live).getString("status")).isEqualTo("READY");
    }
}
