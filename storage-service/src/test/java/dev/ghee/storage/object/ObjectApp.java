package dev.ghee.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.storage.TestApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An app with objects, used as a client does. */
public final class ObjectApp {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public final TestApp app;

    public ObjectApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        app = new TestApp(apps, keys);
    }

    public static Map<String, Object> wanted(String filename, String type, long size) {
        var body = new HashMap<String, Object>();
        body.put("filename", filename);
        body.put("contentType", type);
        body.put("sizeBytes", size);
        return body;
    }

    /** Asks for an upload. */
    public Response ask(String credential, Map<String, ?> wanted) {
        return app.as(credential).contentType("application/json").body(wanted).post(app.storage("/upload"));
    }

    public static HttpResponse<String> put(String url, String type, String content) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", type)
                        .PUT(BodyPublishers.ofString(content))
                        .build(),
                BodyHandlers.ofString());
    }

    public static HttpResponse<String> get(String url) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    /** Uploads as the SDK does; returns the object's id. */
    public String upload(String credential, String filename, String content, boolean isPublic) throws Exception {
        var wanted = wanted(filename, "text/plain", content.length());
        wanted.put("public", isPublic);
        Response answer = ask(credential, wanted);
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(put(answer.path("uploadUrl"), "text/plain", content).statusCode())
                .isEqualTo(200);
        return answer.path("objectId");
    }

    public Response download(String credential, String object) {
        return app.as(credential).get(app.storage("/download/" + object));
    }

    /** Names of the files that this caller lists, newest first. */
    public List<String> names(String credential, String query) {
        return app.as(credential).get(app.storage("/objects" + query)).path("objects.filename");
    }
}
