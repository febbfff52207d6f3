package dev.ghee.storage.object;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.request.Answers;
import dev.ghee.storage.request.JsonBody;
import dev.ghee.storage.request.Requests;
import dev.ghee.storage.request.Requests.Acting;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.Presigner;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /storage/{app}/…}: signed URLs for uploads and downloads, and what is known of objects. */
@ApplicationScoped
class ObjectRoutes {
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final Requests requests;
    private final Answers answers;
    private final JsonBody bodies;
    private final ObjectStore objects;
    private final ObjectLists lists;
    private final Presigner presigner;
    private final StorageConfig config;

    ObjectRoutes(
            Requests requests,
            Answers answers,
            JsonBody bodies,
            ObjectStore objects,
            ObjectLists lists,
            Presigner presigner,
            StorageConfig config) {
        this.requests = requests;
        this.answers = answers;
        this.bodies = bodies;
        this.objects = objects;
        this.lists = lists;
        this.presigner = presigner;
        this.config = config;
    }

    void register(@Observes Router router) {
        router.post("/storage/:app/upload").handler(this::upload);
        router.get("/storage/:app/objects").handler(this::list);
        router.get("/storage/:app/download/:id").handler(this::download);
        router.get("/storage/:app/objects/:id").handler(this::get);
        router.patch("/storage/:app/objects/:id").handler(this::change);
        router.post("/storage/:app/objects/:id/confirm").handler(this::confirm);
        router.delete("/storage/:app/objects/:id").handler(this::delete);
        router.delete("/storage/:app/:id").handler(this::delete);
    }

    record Upload(
            String uploadUrl,
            String objectKey,
            long expiresIn,
            String objectId,
            @JsonProperty("_meta") Meta meta) {}

    record Meta(@JsonProperty("resource_info") Usage usage) {}

    record Download(String downloadUrl, String filename, long expiresIn) {}

    /**
     * An object as the REST API shows it; {@code size_bytes} is text, and the key has both names that clients read.
     *
     * @param status {@code pending} until the bytes have arrived
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record View(
            String id,
            @JsonProperty("user_id") @Nullable String userId,
            String key,
            @JsonProperty("object_key") String objectKey,
            String filename,
            @JsonProperty("content_type") String contentType,
            @JsonProperty("size_bytes") String sizeBytes,
            @JsonProperty("public") boolean isPublic,
            String status,
            @Nullable String etag,
            @JsonProperty("checksum_sha256") @Nullable String sha256,
            @JsonProperty("created_at") String createdAt) {
        static View of(StoredObject object) {
            return new View(
                    object.id().toString(),
                    object.userId(),
                    object.key(),
                    object.key(),
                    object.filename(),
                    object.contentType(),
                    Long.toString(object.sizeBytes()),
                    object.isPublic(),
                    object.stored() ? "stored" : "pending",
                    object.etag(),
                    object.sha256(),
                    object.createdAt()
                            .truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
                            .toString());
        }
    }

    private void upload(RoutingContext http) {
        requests.acting(http)
                .compose(acting -> {
                    Standing.changing(acting.caller(), acting.app());
                    return bodies.read(http.request()).compose(body -> {
                        NewObject wanted = NewObject.read(body);
                        return objects.room(acting.app(), acting.caller(), wanted)
                                .map(room -> upload(wanted, room));
                    });
                })
                .onSuccess(upload -> answers.json(http, 200, upload))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private Upload upload(NewObject wanted, Reservations.Room room) {
        StoredObject object = room.object();
        String url = presigner.put(
                Bucket.OBJECTS, object.key(), wanted.contentType(), object.sizeBytes(), config.uploadUrlLifetime());
        return new Upload(
                url,
                object.key(),
                config.uploadUrlLifetime().toSeconds(),
                object.id().toString(),
                new Meta(room.usage()));
    }

    private void download(RoutingContext http) {
        one(http, (acting, id) -> objects.readable(acting.app(), acting.caller(), id))
                .map(object -> new Download(
                        presigner.get(
                                Bucket.OBJECTS,
                                object.key(),
                                config.downloadUrlLifetime(),
                                Map.of(
                                        "response-content-type",
                                        object.contentType(),
                                        "response-content-disposition",
                                        object.disposition("inline"))),
                        object.filename(),
                        config.downloadUrlLifetime().toSeconds()))
                .onSuccess(download -> answers.json(http, 200, download))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private void get(RoutingContext http) {
        show(http, (acting, id) -> objects.readable(acting.app(), acting.caller(), id));
    }

    private void confirm(RoutingContext http) {
        show(http, (acting, id) -> objects.confirm(acting.app(), acting.caller(), id));
    }

    private void change(RoutingContext http) {
        show(
                http,
                (acting, id) -> bodies.read(http.request())
                        .compose(body -> objects.change(
                                acting.app(), acting.caller(), id, filename(body), flag(body.get("public")))));
    }

    private static @Nullable String filename(ObjectNode body) {
        JsonNode value = body.get("filename");
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw JsonBody.misfit("filename", "must be a string");
        }
        return Filenames.checked("filename", value.textValue());
    }

    private static @Nullable Boolean flag(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        if (!value.isBoolean()) {
            throw JsonBody.misfit("public", "must be true or false");
        }
        return value.booleanValue();
    }

    private void delete(RoutingContext http) {
        requests.acting(http)
                .compose(acting -> {
                    Standing.changing(acting.caller(), acting.app());
                    return objects.delete(acting.app(), acting.caller(), id(http));
                })
                .onSuccess(deleted -> {
                    if (deleted) {
                        answers.noContent(http);
                    } else {
                        answers.failed(http, noObject());
                    }
                })
                .onFailure(failure -> answers.failed(http, failure));
    }

    private void list(RoutingContext http) {
        requests.acting(http)
                .compose(acting -> lists.list(acting.app(), acting.caller(), ListQuery.read(http.queryParams())))
                .onSuccess(page -> answers.json(http, 200, page))
                .onFailure(failure -> answers.failed(http, failure));
    }

    /** Finds an object for whoever asks. */
    private interface Finding {
        Future<Optional<StoredObject>> find(Acting acting, UUID id);
    }

    private void show(RoutingContext http, Finding finding) {
        one(http, finding)
                .onSuccess(object -> answers.json(http, 200, View.of(object)))
                .onFailure(failure -> answers.failed(http, failure));
    }

    private Future<StoredObject> one(RoutingContext http, Finding finding) {
        return requests.acting(http).compose(acting -> {
            // Before the id is looked at: whoever has no part in the app learns nothing else.
            Standing.of(acting.caller(), acting.app());
            return finding.find(acting, id(http)).map(found -> found.orElseThrow(ObjectRoutes::noObject));
        });
    }

    private static UUID id(RoutingContext http) {
        return Optional.ofNullable(http.pathParam("id"))
                .filter(text -> ID.matcher(text).matches())
                .map((Function<String, UUID>) UUID::fromString)
                .orElseThrow(ObjectRoutes::noObject);
    }

    private static GheeException noObject() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Object not found");
    }
}
