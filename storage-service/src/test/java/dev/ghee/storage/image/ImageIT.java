package dev.ghee.storage.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.storage.object.ObjectApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class ImageIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    ObjectApp objects;
    String ada;

    @BeforeEach
    void app() throws Exception {
        objects = new ObjectApp(apps, keys);
        ada = objects.app.token("ada");
    }

    /** 40 by 20. */
    private String picture(boolean isPublic) throws Exception {
        var png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB), "png", png);
        var wanted = ObjectApp.wanted("a.png", "image/png", png.size());
        wanted.put("public", isPublic);
        Response asked = objects.ask(ada, wanted);
        try (var http = HttpClient.newHttpClient()) {
            var put = HttpRequest.newBuilder(URI.create(asked.path("uploadUrl")))
                    .header("Content-Type", "image/png")
                    .PUT(HttpRequest.BodyPublishers.ofByteArray(png.toByteArray()))
                    .build();
            assertThat(http.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
        return asked.path("objectId");
    }

    private String content(String object, String query) {
        return objects.app.storage("/objects/" + object + "/content" + query);
    }

    @Test
    void anImageIsServedInAnotherSizeAndFormat() throws Exception {
        String object = picture(false);
        Response answer = objects.app.as(ada).get(content(object, "?width=10&format=jpeg"));
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("image/jpeg");
        assertThat(answer.header("Cache-Control")).isEqualTo("private, no-cache");
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(answer.asByteArray()));
        assertThat(image.getWidth()).isEqualTo(10);
        assertThat(image.getHeight()).isEqualTo(5);

        Response known = objects.app
                .as(ada)
                .header("If-None-Match", answer.header("ETag"))
                .get(content(object, "?width=10&format=jpeg"));
        assertThat(known.statusCode()).isEqualTo(304);
        Response head = objects.app.as(ada).head(content(object, "?width=10&format=webp"));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.contentType()).isEqualTo("image/webp");
        assertThat(head.header("ETag")).isNotEqualTo(answer.header("ETag"));
    }

    @Test
    void whoMayNotReadTheObjectGetsItInNoSize() throws Exception {
        String object = picture(false);
        String path = content(object, "?width=10");
        assertThat(objects.app.as(ada).get(path).statusCode()).isEqualTo(200);
        assertThat(objects.app.as(objects.app.token("bob")).get(path).statusCode())
                .isEqualTo(404);
        assertThat(RestAssured.given().get(path).statusCode()).isEqualTo(404);
        objects.app.as(ada).delete(objects.app.storage("/" + object));
        assertThat(objects.app.as(ada).get(path).statusCode()).isEqualTo(404);
        assertThat(RestAssured.given().get(content(picture(true), "?height=4")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsNoImageOrMakesNoSenseIsRefused() throws Exception {
        String text = objects.upload(ada, "a.png", "not an image", false);
        assertThat(objects.app.as(ada).get(content(text, "?width=10")).<String>path("error.code"))
                .isEqualTo("IMAGE_UNREADABLE");
        assertThat(objects.app.as(ada).get(content(text, "?width=0")).<String>path("error.code"))
                .isEqualTo("VALIDATION_INVALID_INPUT");
        for (String id : new String[] {UUID.randomUUID().toString(), "x", "%00"}) {
            assertThat(objects.app
                            .as(ada)
                            .urlEncodingEnabled(false)
                            .get(content(id, "?width=10"))
                            .statusCode())
                    .isIn(400, 404);
        }
    }
}
