package dev.ghee.storage.object;

import static dev.ghee.storage.object.ObjectApp.wanted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract's five routes as clients use them, and what we add to them. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ObjectIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    ObjectApp objects;
    String key;
    String ada;

    @BeforeEach
    void app() throws Exception {
        objects = new ObjectApp(apps, keys);
        key = objects.app.serviceKey;
        ada = objects.app.token("ada");
    }

    @Test
    void anUploadIsReservedThenPutThenListedDownloadedAndDeleted() throws Exception {
        Response asked = objects.ask(ada, wanted("my photo (1).txt", "text/plain", 5));
        assertThat(asked.statusCode()).isEqualTo(200);
        String id = asked.path("objectId");
        assertThat(asked.<String>path("objectKey")).isEqualTo(objects.app.id + "/ada/" + id + "_my_photo__1_.txt");
        assertThat(asked.<Integer>path("expiresIn")).isEqualTo(300);
        assertThat(asked.<Map<String, Object>>path("_meta.resource_info"))
                .containsEntry("storage_used_bytes", 5)
                .containsEntry("storage_limit_bytes", 1 << 30)
                .containsEntry("files_count", 1)
                .containsKey("storage_used_percent");

        assertThat(objects.download(ada, id).statusCode()).isEqualTo(404);
        assertThat(status(id)).isEqualTo("pending");
        assertThat(ObjectApp.put(asked.path("uploadUrl"), "text/plain", "hello").statusCode())
                .isEqualTo(200);

        Map<String, Object> listed = objects.app
                .as(ada)
                .get(objects.app.storage("/objects"))
                .<List<Map<String, Object>>>path("objects")
                .getFirst();
        assertThat(listed)
                .containsEntry("id", id)
                .containsEntry("user_id", "ada")
                .containsEntry("key", asked.path("objectKey"))
                .containsEntry("filename", "my photo (1).txt")
                .containsEntry("content_type", "text/plain")
                .containsEntry("size_bytes", "5")
                .containsEntry("status", "stored")
                .containsEntry("etag", "5d41402abc4b2a76b9719d911017c592")
                .containsKey("created_at");

        Response download = objects.download(ada, id);
        assertThat(download.<Integer>path("expiresIn")).isEqualTo(3600);
        assertThat(download.<String>path("filename")).isEqualTo("my photo (1).txt");
        HttpResponse<String> bytes = ObjectApp.get(download.path("downloadUrl"));
        assertThat(bytes.body()).isEqualTo("hello");
        assertThat(bytes.headers().firstValue("Content-Disposition"))
                .hasValue("inline; filename=\"my_photo__1_.txt\"; filename*=UTF-8''my%20photo%20%281%29.txt");

        assertThat(objects.app.as(ada).delete(objects.app.storage("/" + id)).statusCode())
                .isEqualTo(204);
        assertThat(objects.app.as(ada).delete(objects.app.storage("/" + id)).statusCode())
                .isEqualTo(404);
        assertThat(objects.download(ada, id).statusCode()).isEqualTo(404);
        assertThat(objects.app.query("SELECT bytes || ' ' || files FROM ghee.storage_usage"))
                .containsExactly("0 0");
    }

    private String status(String id) {
        return objects.app
                .as(ada)
                .get(objects.app.storage("/objects"))
                .path("objects.find { it.id == '" + id + "' }.status");
    }

    @Test
    void aFileWhoseTypeTheBrowserDoesNotKnowCanBeUploaded() throws Exception {
        Response asked = objects.ask(ada, wanted("blob", "", 5));
        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(ObjectApp.put(asked.path("uploadUrl"), "", "hello").statusCode())
                .isEqualTo(200);
        Response download = objects.download(ada, asked.path("objectId"));
        assertThat(ObjectApp.get(download.path("downloadUrl")).headers().firstValue("Content-Type"))
                .hasValue("application/octet-stream");
    }

    @Test
    void aTypeWithParametersIsSignedAsItIs() throws Exception {
        objects.app.rules(new dev.ghee.contracts.AppState.Storage(1, false, List.of("text/*"), null));
        Response asked = objects.ask(ada, wanted("a.txt", "Text/Plain;charset=\"utf-8\"", 5));
        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(ObjectApp.put(asked.path("uploadUrl"), "text/plain", "hello").statusCode())
                .isEqualTo(403);
        assertThat(ObjectApp.put(asked.path("uploadUrl"), "Text/Plain;charset=\"utf-8\"", "hello")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void listsComeInPages() throws Exception {
        for (String name : List.of("a/1.txt", "a/2.txt", "a/deep/3.txt", "b/Needle.txt", "5.txt")) {
            objects.upload(key, name, name, false);
        }
        assertThat(objects.names(key, ""))
                .containsExactly("5.txt", "b/Needle.txt", "a/deep/3.txt", "a/2.txt", "a/1.txt");
        Response first = objects.app.request().get(objects.app.storage("/objects?limit=3"));
        assertThat(first.<List<String>>path("objects.filename"))
                .containsExactly("5.txt", "b/Needle.txt", "a/deep/3.txt");
        Response second =
                objects.app.request().get(objects.app.storage("/objects?limit=3&cursor=" + first.path("next_cursor")));
        assertThat(second.<List<String>>path("objects.filename")).containsExactly("a/2.txt", "a/1.txt");
        assertThat(second.<String>path("next_cursor")).isNull();

        assertThat(objects.names(key, "?prefix=a/")).containsExactly("a/deep/3.txt", "a/2.txt", "a/1.txt");
        assertThat(objects.names(key, "?search=needle")).containsExactly("b/Needle.txt");
        assertThat(objects.names(key, "?search=%25")).isEmpty();
        Response folder = objects.app.request().get(objects.app.storage("/objects?folder=a"));
        assertThat(folder.<List<String>>path("objects.filename")).containsExactly("a/2.txt", "a/1.txt");
        assertThat(folder.<List<String>>path("folders")).containsExactly("deep");
        Response outermost = objects.app.request().get(objects.app.storage("/objects?folder="));
        assertThat(outermost.<List<String>>path("objects.filename")).containsExactly("5.txt");
        assertThat(outermost.<List<String>>path("folders")).containsExactly("a", "b");
    }

    @Test
    void anObjectIsRenamedAndMadePublicByWhoeverOwnsIt() throws Exception {
        String id = objects.upload(ada, "a.txt", "hello", false);
        Response changed = objects.app
                .as(ada)
                .contentType("application/json")
                .body(Map.of("filename", "photos/b.txt", "public", true))
                .patch(objects.app.storage("/objects/" + id));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.<String>path("filename")).isEqualTo("photos/b.txt");
        assertThat(objects.download(objects.app.token("bob"), id).statusCode()).isEqualTo(200);
        assertThat(objects.app
                        .as(objects.app.token("bob"))
                        .contentType("application/json")
                        .body(Map.of("public", false))
                        .patch(objects.app.storage("/objects/" + id))
                        .statusCode())
                .isEqualTo(404);
    }
}
