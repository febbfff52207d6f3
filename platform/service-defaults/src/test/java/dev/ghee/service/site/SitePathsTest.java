package dev.ghee.service.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SitePathsTest {
    @ParameterizedTest
    @CsvSource({
        "/data/posts?limit=1, /v1/app_0123456789ab/posts?limit=1",
        "/data/posts/7, /v1/app_0123456789ab/posts/7",
        "/fn/hello?x=%2F, /v1/app_0123456789ab/fn/hello?x=%2F",
        "/_do/room/1, /v1/app_0123456789ab/_do/room/1",
        "/schema, /v1/app_0123456789ab/schema",
        "/schema/apply, /v1/app_0123456789ab/schema/apply",
        "/migrations, /v1/app_0123456789ab/migrations",
        "/auth/login, /auth/app_0123456789ab/login",
        "/auth/.well-known/jwks.json, /auth/app_0123456789ab/.well-known/jwks.json",
        "/storage/upload, /storage/app_0123456789ab/upload",
        "/.well-known/ghee-domain/7, /v1/app_0123456789ab/custom-domains/challenge/7",
        "/storage/objects/1, /storage/app_0123456789ab/objects/1"
    })
    void shortFormsAreTheAppsOwnRoutes(String uri, String path) {
        assertThat(SitePaths.ofService(new AppId("app_0123456789ab"), uri)).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({"/", "/index.html", "/database/x", "/v1/app_ba9876543210/posts", "/q/metrics", "//data/x", "/%64ata/x"})
    void everythingElseIsAFileOfTheSite(String uri) {
        assertThat(SitePaths.ofService(new AppId("app_0123456789ab"), uri)).isEqualTo("/sites/app_0123456789ab" + uri);
    }
}
