package dev.ghee.storage.job;

import static dev.ghee.storage.database.AppSql.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.object.NewObject;
import dev.ghee.storage.object.ObjectStore;
import dev.ghee.storage.object.StoredObject;
import dev.ghee.storage.request.JsonBody;
import dev.ghee.storage.request.Requests.Acting;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.upkeep.Upkeep;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Deletes many objects, and copies single ones. Waits, so on virtual threads only. */
@ApplicationScoped
class Jobs {
    private static final Logger LOG = Logger.getLogger(Jobs.class);
    /** After so long without a batch, who worked on a job is taken for dead. */
    private static final Duration DEAD = Duration.ofSeconds(30);
    /** Copying is the object store's work; its answer may take a while. */
    private static final Duration COPYING = Duration.ofHours(1);

    private final JobStore store;
    private final ObjectStore objects;
    private final ObjectBytes bytes;
    private final Upkeep upkeep;
    private volatile boolean stopping;

    Jobs(JobStore store, ObjectStore objects, ObjectBytes bytes, Upkeep upkeep) {
        this.store = store;
        this.objects = objects;
        this.bytes = bytes;
        this.upkeep = upkeep;
    }

    void start(@Observes StartupEvent event) {
        upkeep.add(this::goOn);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    /** Begins to delete what the caller may delete of the objects whose filenames begin so. */
    Job delete(Acting acting, @Nullable String prefix) {
        if (prefix == null || prefix.isEmpty() || prefix.length() > 255 || prefix.indexOf('\0') >= 0) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "prefix must have 1 to 255 characters; it is of filenames");
        }
        Job job = store.insert(acting.app(), objects.ownedBy(acting.app(), acting.caller()), prefix);
        upkeep.expect(acting.app().appId());
        Thread.ofVirtual().name("job-" + job.id()).start(() -> workQuietly(acting.app(), UUID.fromString(job.id())));
        return job;
    }

    /** Empty for others' jobs as well. */
    Optional<Job> find(Acting acting, UUID id) {
        return store.find(acting.app(), id, objects.ownedBy(acting.app(), acting.caller()));
    }

    private void workQuietly(AppState app, UUID id) {
        try {
            work(app, id);
        } catch (RuntimeException e) {
            LOG.warnf("Job stopped, to be taken up again: app=%s job=%s cause=%s", app.appId(), id, e);
        }
    }

    private void work(AppState app, UUID id) {
        Optional<Job> now = store.batch(app, id);
        while (now.isPresent() && now.get().running() && !stopping) {
            objects.changed(app);
            now = store.batch(app, id);
        }
        objects.changed(app);
    }

    /** What a dead process has left. */
    private boolean goOn(AppState app) {
        store.left(app, DEAD).forEach(id -> work(app, id));
        return store.anyRunning(app);
    }

    /** A copy of an object that the caller may read, as the caller's own. Fails as {@link ObjectStore#reserve} does. */
    StoredObject copy(Acting acting, UUID id, ObjectNode body) {
        AppState app = acting.app();
        StoredObject from = await(objects.readable(app, acting.caller(), id)).orElseThrow(Jobs::noObject);
        JsonNode isPublic = body.get("public");
        if (isPublic != null && !isPublic.isBoolean()) {
            throw JsonBody.misfit("public", "must be true or false");
        }
        JsonNode filename = body.get("filename");
        if (filename != null && !filename.isTextual()) {
            throw JsonBody.misfit("filename", "must be a string");
        }
        StoredObject to = await(objects.reserve(
                app,
                acting.caller(),
                new NewObject(
                        filename == null ? from.filename() : filename.textValue(),
                        from.contentType(),
                        from.sizeBytes(),
                        isPublic == null ? from.isPublic() : isPublic.booleanValue(),
                        COPYING,
                        null)));
        try {
            String etag = bytes.copy(Bucket.OBJECTS, from.key(), to.key()).orElseThrow(Jobs::noObject);
            return await(objects.markStored(app, to.id(), from.sizeBytes(), etag.replace("\"", ""), from.sha256()))
                    .orElseThrow(Jobs::noObject);
        } catch (GheeException e) {
            await(objects.giveUp(app, to.id()));
            throw e;
        }
    }

    static GheeException noObject() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Object not found");
    }
}
