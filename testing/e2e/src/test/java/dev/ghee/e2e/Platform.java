package dev.ghee.e2e;

import dev.ghee.local.GheeStack;
import io.restassured.RestAssured;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The one platform that all tests of this module share. {@code GHEE_E2E_URL} and {@code GHEE_HOME} name one that runs
 * already; otherwise one is started here and ends with this JVM.
 */
final class Platform {
    private static final int PATIENCE_MILLIS = 60_000;

    private final String url;
    private final String ownerKey;
    private final @Nullable GheeStack stack;

    private Platform(String url, String ownerKey, @Nullable GheeStack stack) {
        this.url = url;
        this.ownerKey = ownerKey;
        this.stack = stack;
    }

    /** One that a test has started for itself. */
    static Platform of(GheeStack own) {
        return new Platform(own.edgeUrl(), own.ownerKey(), own);
    }

    private static final class Holder {
        static final Platform RUNNING = start();
    }

    static Platform running() {
        return Holder.RUNNING;
    }

    private static Platform start() {
        String running = System.getenv("GHEE_E2E_URL");
        String home = System.getenv("GHEE_HOME");
        if (running != null && home != null) {
            try {
                String key = Files.readString(Path.of(home, "owner.key")).strip();
                return new Platform(running, key, null);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Path directory = home == null ? repository().resolve(".ghee-test-e2e") : Path.of(home);
        GheeStack stack = GheeStack.start(directory, freePort());
        return new Platform(stack.edgeUrl(), stack.ownerKey(), stack);
    }

    /** The checkout. */
    static Path repository() {
        return Path.of("").toAbsolutePath().resolve("../..").normalize();
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return url;
    }

    String socketUrl() {
        return url.replaceFirst("^http", "ws");
    }

    String ownerKey() {
        return ownerKey;
    }

    /** Null when the platform was started by somebody else. */
    @Nullable
    GheeStack stack() {
        return stack;
    }

    /** A request without a credential. */
    RequestSpecification anonymous() {
        var patience = HttpClientConfig.httpClientConfig()
                .setParam("http.connection.timeout", PATIENCE_MILLIS)
                .setParam("http.socket.timeout", PATIENCE_MILLIS);
        String bypass = System.getenv("RATE_LIMIT_BYPASS_TOKEN");
        RequestSpecification request = RestAssured.given()
                .config(RestAssuredConfig.config().httpClient(patience))
                .baseUri(url)
                .urlEncodingEnabled(false);
        return bypass == null ? request : request.header("x-rate-limit-bypass", bypass);
    }

    RequestSpecification as(String token) {
        return anonymous().header("Authorization", "Bearer " + token);
    }

    RequestSpecification asOwner() {
        return as(ownerKey);
    }
}
