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
    private static RouteTable parse(String yaml) throws IOException {
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
        Route route = RoutesFile.read(Path.of("../routes.yaml")).find(path);
        assertThat(route).isNotNull();
        assertThat(route.target()).isEqualTo(new Target.Backend(service));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/internal/apps/x", "/q/health", "/q"})
    void theRealTableHidesRoutesBetweenServices(String path) throws IOException {
        Route route = RoutesFile.read(Path.of("../routes.yaml")).find(path);
        assertThat(route).isNotNull();
        assertThat(route.target()).isEqualTo(new Target.Denied());
    }

    @Test
    void aRoutesOwnBodyLimitReplacesTheTables() throws IOException {
        var table = parse("""
                max-body: 64KiB
                routes:
                  - {path: /a, backend: s}
                  - {path: /b, backend: s, max-body: 25MiB}
                """);
        assertThat(table.routes()).extracting(Route::maxBodyBytes).containsExactlyInAnyOrder(65_536L, 26_214_400L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{path: /a}", "{path: /a, backend: s, deny: true}", "{path: /a, backend: s, colour: red}"})
    void refusesARowThatMakesNoSense(String row) {
        assertThatThrownBy(() -> parse("max-body: 1KiB\nroutes:\n  - " + row + "\n"))
                .isInstanceOfAny(IllegalArgumentException.class, IOException.class);
    }
}
