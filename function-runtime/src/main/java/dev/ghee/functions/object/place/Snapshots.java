package dev.ghee.functions.object.place;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppId;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.UploadObjectArgs;
import io.minio.messages.Item;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Copies of apps' storage in the object store, from which another node goes on when this one is lost. A snapshot is a
 * list of files, {@code durable-objects/<app>/list-<epoch>}, and the files it names; what did not change since the last
 * one is not copied again. A node that has lost its lease writes lists of an old epoch, which nobody reads any more.
 */
@ApplicationScoped
public class Snapshots {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PART_BYTES = 10L * 1024 * 1024;

    private final Optional<MinioClient> client;
    private final String bucket;

    Snapshots(
            @ConfigProperty(name = "ghee.s3.endpoint") Optional<String> endpoint,
            @ConfigProperty(name = "ghee.s3.access-key") Optional<String> accessKey,
            @ConfigProperty(name = "ghee.s3.secret-key") Optional<String> secretKey,
            @ConfigProperty(name = "ghee.s3.bucket", defaultValue = "ghee") String bucket) {
        this.client = endpoint.map(url -> MinioClient.builder()
                .endpoint(url)
                .credentials(accessKey.orElse(""), secretKey.orElse(""))
                .region("us-east-1")
                .build());
        this.bucket = bucket;
    }

    /** False when no object store is configured: then storage is on its node alone. */
    public boolean kept() {
        return client.isPresent();
    }

    /**
     * What the last snapshot holds, by path within the storage.
     *
     * @param files object of each file, and what it was made of
     */
    public record Content(Map<String, Copied> files) {
        public static final Content NOTHING = new Content(Map.of());

        public Content {
            files = Map.copyOf(files);
        }
    }

    /** @param mark of the file when it was copied: another one means another content */
    public record Copied(String object, String mark) {}

    /**
     * Copies what has changed since the last snapshot. May run while objects do: each object's copy is of one moment.
     *
     * @param ours asked before anything that was good before is replaced
     * @return the new content; the last one when nothing has changed
     */
    public Content write(AppId app, long epoch, AppStorage storage, Content last, BooleanSupplier ours)
            throws IOException {
        if (client.isEmpty()) {
            return last;
        }
        Map<String, Copied> files = new HashMap<>();
        for (String file : storage.databases()) {
            String mark = storage.mark(file);
            Copied before = last.files().get(file);
            files.put(
                    file,
                    before != null && before.mark().equals(mark)
                            ? before
                            : new Copied(copy(app, epoch, storage, file), mark));
        }
        var content = new Content(files);
        if (content.equals(last) || !ours.getAsBoolean()) {
            return last;
        }
        put(list(app, epoch), JSON.writeValueAsBytes(objects(content)));
        for (Copied before : last.files().values()) {
            if (!files.containsValue(before) && ours.getAsBoolean()) {
                remove(before.object());
            }
        }
        return content;
    }

    private static Map<String, String> objects(Content content) {
        Map<String, String> objects = new HashMap<>();
        content.files().forEach((file, copied) -> objects.put(file, copied.object()));
        return objects;
    }

    /** Marks the epoch as begun with this content, before anything runs: what came before is no longer the newest. */
    public void begin(AppId app, long epoch, Content content) throws IOException {
        if (client.isPresent()) {
            put(list(app, epoch), JSON.writeValueAsBytes(objects(content)));
        }
    }

    private String copy(AppId app, long epoch, AppStorage storage, String file) throws IOException {
        String object = prefix(app) + epoch + "/" + UUID.randomUUID();
        Path copy = Files.createTempFile("ghee-do-", ".sqlite");
        try {
            storage.copy(file, copy);
            client.orElseThrow()
                    .uploadObject(UploadObjectArgs.builder()
                            .bucket(bucket)
                            .object(object)
                            .filename(copy.toString(), PART_BYTES)
                            .build());
            return object;
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("The object store does not take a snapshot", e);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Puts the newest snapshot in the place of an empty storage. */
    public Content restore(AppId app, AppStorage storage) throws IOException {
        Map<String, Copied> files = new HashMap<>();
        for (Map.Entry<String, Copied> file : newest(app).files().entrySet()) {
            String object = file.getValue().object();
            try (InputStream in = get(object)) {
                storage.put(file.getKey(), in);
            }
            files.put(file.getKey(), new Copied(object, storage.mark(file.getKey())));
        }
        return new Content(files);
    }

    /** What the newest snapshot holds. Its marks are nobody's, so that everything counts as changed. */
    public Content newest(AppId app) throws IOException {
        if (client.isEmpty()) {
            return Content.NOTHING;
        }
        Optional<String> list = objectsUnder(prefix(app) + "list-").stream().max(String::compareTo);
        if (list.isEmpty()) {
            return Content.NOTHING;
        }
        Map<String, Copied> files = new HashMap<>();
        try (InputStream in = get(list.get())) {
            JSON.readValue(in, new TypeReference<Map<String, String>>() {})
                    .forEach((file, object) -> files.put(file, new Copied(object, "")));
        }
        return new Content(files);
    }

    /** Deletes all snapshots of the app. */
    public void delete(AppId app) throws IOException {
        if (client.isPresent()) {
            for (String object : objectsUnder(prefix(app))) {
                remove(object);
            }
        }
    }

    private static String prefix(AppId app) {
        return "durable-objects/" + app + "/";
    }

    /** Sorts by epoch. */
    private static String list(AppId app, long epoch) {
        return prefix(app) + String.format(Locale.ROOT, "list-%019d", epoch);
    }

    private List<String> objectsUnder(String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            for (Result<Item> item : client.orElseThrow()
                    .listObjects(ListObjectsArgs.builder()
                            .bucket(bucket)
                            .prefix(prefix)
                            .recursive(true)
                            .build())) {
                names.add(item.get().objectName());
            }
        } catch (Exception e) {
            throw new IOException("The object store does not list snapshots", e);
        }
        return names;
    }

    private void put(String object, byte[] content) throws IOException {
        try {
            client.orElseThrow()
                    .putObject(PutObjectArgs.builder().bucket(bucket).object(object).stream(
                                    new ByteArrayInputStream(content), content.length, -1)
                            .contentType("application/json")
                            .build());
        } catch (Exception e) {
            throw new IOException("The object store does not take a snapshot", e);
        }
    }

    private InputStream get(String object) throws IOException {
        try {
            return client.orElseThrow()
                    .getObject(GetObjectArgs.builder()
                            .bucket(bucket)
                            .object(object)
                            .build());
        } catch (Exception e) {
            throw new IOException("The object store does not give a snapshot", e);
        }
    }

    private void remove(String object) throws IOException {
        try {
            client.orElseThrow()
                    .removeObject(RemoveObjectArgs.builder()
                            .bucket(bucket)
                            .object(object)
                            .build());
        } catch (Exception e) {
            throw new IOException("The object store does not delete a snapshot", e);
        }
    }
}
