package dev.ghee.edge.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesFileTest {
    private static RouteTables parse(String yaml) throws IOException {
        return RoutesFile.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "/init, control-api",
        "/auth/app_0123456789ab/login, control-api",
        "/v1/app_0123456789ab/posts, control-api",
        "/v1/app_0123456789ab/realtime, realtime-gateway",
        "/v1/app_0123456789ab/realtime/configure, realtime-gateway",
        "/v1/app_0123456789ab/functions, function-runtime",
        "/v1/app_0123456789ab/functions/hello/logs, function-runtime",
        "/v1/app_0123456789ab/env, function-runtime",
        "/v1/app_0123456789ab/fn/hello/sub/path, function-runtime",
        "/v1/app_0123456789ab/webhook/hello, function-runtime",
        "/v1/app_0123456789ab/queues/mail, function-runtime",
        "/v1/app_0123456789ab/durable-objects/counter, function-runtime",
        "/v1/app_0123456789ab/_do/counter/room, function-runtime",
        "/_do/counter/room, function-runtime",
        "/storage/app_0123456789ab/upload, storage-service",
        "/storage/app_0123456789ab/uploads/1, storage-service",
        "/v1/app_0123456789ab/frontend/deployments, storage-service",
        "/sites/app_0123456789ab/index.html, storage-service"
    })
    void theRealTableLeadsToTheServiceThatOwnsThePath(String path, String service) throws IOException {
        Route route = RoutesFile.read(Path.of("../routes.yaml")).api().find(path);
        assertThat(route).isNotNull();
        assertThat(route.target()).isEqualTo(new Target.Backend(service));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/internal/apps/x", "/q/health", "/q"})
    void theRealTableHidesRoutesBetweenServices(String path) throws IOException {
        Route route = RoutesFile.read(Path.of("../routes.yaml")).api().find(path);
        assertThat(route).isNotNull();
        assertThat(route.target()).isEqualTo(new Target.Denied());
    }

    @ParameterizedTest
    @CsvSource({
        "/, storage-service",
        "/assets/app.js, storage-service",
        "/v1/app_0123456789ab/posts, storage-service",
        "/v1/internal/apps/x, storage-service",
        "/q/metrics, storage-service",
        "/auth/callback, storage-service",
        "/auth/app_0123456789ab/login, storage-service",
        "/data, storage-service",
        "/data/posts, control-api",
        "/data/posts/7, control-api",
        "/schema, control-api",
        "/schema/apply, control-api",
        "/migrations, control-api",
        "/auth/login, control-api",
        "/auth/oauth/google, control-api",
        "/auth/.well-known/jwks.json, control-api",
        "/fn/hello, function-runtime",
        "/_do/room/1, function-runtime",
        "/storage/upload, storage-service",
        "/storage/objects/7, storage-service"
    })
    void anAppsOwnHostHasItsSiteAndTheShortFormsOfItsApi(String path, String service) throws IOException {
        Route route = RoutesFile.read(Path.of("../routes.yaml")).sites().find(path);
        assertThat(route).isNotNull();
        assertThat(route.target()).isEqualTo(new Target.Backend(service));
    }

    @Test
    void aRoutesOwnBodyLimitReplacesTheTables() throws IOException {
        var table = parse("""
                max-body: 64KiB
                routes:
                  - {path: /a, backend: s}
                  - {path: /b, backend: s, max-body: 25MiB}
                sites: []
                """);
        assertThat(table.routes()).extracting(Route::maxBodyBytes).containsExactlyInAnyOrder(65_536L, 26_214_400L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{path: /a}", "{path: /a, backend: s, deny: true}", "{path: /a, backend: s, colour: red}"})
    void refusesARowThatMakesNoSense(String row) {
        assertThatThrownBy(() -> parse("max-body: 1KiB\nroutes:\n  - " + row + "\nsites: []\n"))
                .isInstanceOfAny(IllegalArgumentException.class, IOException.class);
    }
}
