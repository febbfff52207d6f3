package dev.ghee.storage.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.TestApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Contents that pass through us. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentIT {
    private static final String TEXT = "<script>alert(1)</script> and ten more";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    private TestApp app;
    private String ada;

    @BeforeAll
    void app() throws Exception {
        app = new TestApp(apps, keys);
        ada = app.token("ada");
    }

    private String stored(String text, boolean isPublic) {
        Base64.Encoder base64 = Base64.getEncoder();
        Response created = app.as(ada)
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", text.length())
                .header(
                        "Upload-Metadata",
                        "filename " + base64.encodeToString("pägé.html".getBytes(StandardCharsets.UTF_8))
                                + ",filetype " + base64.encodeToString("text/html".getBytes(StandardCharsets.UTF_8))
                                + (isPublic ? ",public dHJ1ZQ==" : ""))
                .contentType("application/offset+octet-stream")
                .body(text.getBytes(StandardCharsets.US_ASCII))
                .post(app.storage("/uploads"));
        assertThat(created.statusCode()).isEqualTo(201);
        String location = created.header("Location");
        return app.storage("/objects" + location.substring(location.lastIndexOf('/')) + "/content");
    }

    private RequestSpecification ada() {
        return app.as(ada);
    }

    @Test
    void comesWholeOrInRangesWithWhatBrowsersNeed() {
        String content = stored(TEXT, false);
        Response whole = ada().get(content);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.asString()).isEqualTo(TEXT);
        assertThat(whole.header("Content-Type")).startsWith("text/html");
        assertThat(whole.header("Content-Length")).isEqualTo(Integer.toString(TEXT.length()));
        assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(whole.header("Cache-Control")).isEqualTo("private, no-cache");
        assertThat(whole.header("Content-Disposition"))
                .startsWith("inline;")
                .contains("filename*=UTF-8''p%C3%A4g%C3%A9.html");

        Response part = ada().header("Range", "bytes=1-6").get(content);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.asString()).isEqualTo("script");
        assertThat(part.header("Content-Range")).isEqualTo("bytes 1-6/" + TEXT.length());
        assertThat(ada().header("Range", "bytes=-3").get(content).asString()).isEqualTo("ore");
        Response beyond = ada().header("Range", "bytes=999-").get(content);
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.header("Content-Range")).isEqualTo("bytes */" + TEXT.length());

        Response head = ada().head(content);
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(TEXT.length()));
        assertThat(head.header("ETag")).isEqualTo(whole.header("ETag"));
        assertThat(ada().get(content + "?download").header("Content-Disposition"))
                .startsWith("attachment;");
    }

    @Test
    void isNotSentAgainToWhoeverHasIt() {
        String content = stored(TEXT, false);
        String etag = ada().head(content).header("ETag");
        Response again = ada().header("If-None-Match", "\"x\", W/" + etag).get(content);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.asString()).isEmpty();
        assertThat(ada().header("If-Range", etag)
                        .header("Range", "bytes=0-0")
                        .get(content)
                        .statusCode())
                .isEqualTo(206);
        assertThat(ada().header("If-Range", "\"other\"")
                        .header("Range", "bytes=0-0")
                        .get(content)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void asAPageItRunsNothing() {
        Response page = ada().get(stored(TEXT, false));
        assertThat(page.header("Content-Security-Policy")).contains("sandbox").contains("default-src 'none'");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void onlyThoseSeeItWhoMayReadTheObject() {
        String secret = stored(TEXT, false);
        String open = stored(TEXT, true);
        assertThat(RestAssured.given().get(secret).statusCode()).isEqualTo(404);
        assertThat(app.as(app.token("bob")).get(secret).statusCode()).isEqualTo(404);
        assertThat(RestAssured.given().get(open).asString()).isEqualTo(TEXT);
        assertThat(RestAssured.given().get(open).header("Cache-Control")).isEqualTo("public, no-cache");
        app.accessMode(AppState.AccessMode.AUTHENTICATED);
        assertThat(RestAssured.given().get(open).statusCode()).isEqualTo(404);
        app.accessMode(AppState.AccessMode.PUBLIC);
        assertThat(app.as(app.serviceKey).get(secret).asString()).isEqualTo(TEXT);
        assertThat(ada().get(app.storage("/objects/not-an-id/content")).statusCode())
                .isEqualTo(404);
        assertThat(ada().get(stored("", false)).asString()).isEmpty();
    }
}
