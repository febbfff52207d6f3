package dev.ghee.control.auth.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.service.traffic.TrafficConfig;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliability case 23: tokens go to the app's own pages and nowhere else. */
class RedirectTargetTest {
    private static final AppState APP = new AppState(
            new AppId("app_000000000001"),
            1,
            "shop",
            "shop",
            "owner",
            "organization",
            Set.of(),
            "us-east-1",
            AppState.Status.READY,
            AppState.AccessMode.PUBLIC,
            null,
            List.of("https://shop.example", "http://localhost:3000"),
            "anon",
            List.of(),
            false,
            null);

    private final RedirectTarget targets = new RedirectTarget(new Settings());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.example",
                "https://shop.example/",
                "https://SHOP.example/callback",
                "https://shop.example:443/callback?next=%2Fcart",
                "http://localhost:3000/callback#top",
                "https://shop.apps.example/callback",
                "https://dashboard.example/"
            })
    void pagesOfTheAppAreAllowed(String page) {
        assertThat(targets.allowed(APP, page)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/callback",
                "callback",
                "//shop.example/",
                "//evil.example/",
                "https:shop.example",
                "https:/shop.example/",
                "https:///shop.example/",
                "https://evil.example/",
                "https://shop.example.evil.example/",
                "https://evil.example/https://shop.example/",
                "https://evil.example/?https://shop.example",
                "https://evil.example#https://shop.example",
                "https://shop.example@evil.example/",
                "https://shop.example:443@evil.example/",
                "https://user@shop.example/",
                "https://user:pass@shop.example/",
                "https://shop.example%40evil.example/",
                "https://shop.example%2eevil.example/",
                "https://evil.example\\@shop.example/",
                "https://shop.example\\.evil.example/",
                "https:\\\\shop.example/",
                "https://shop.example\r\nLocation: https://evil.example/",
                "https://shop.example/\nx",
                "https://shop.example/\tx",
                " https://shop.example/",
                "https://shop.example /",
                "https://shop.example\u0000.evil.example/",
                "https://shop.ex\u0430mple/",
                "https://shop.example\u3002evil.example/",
                "http://shop.example/",
                "https://shop.example:8443/",
                "https://localhost:3000/",
                "http://localhost:3001/",
                "http://localhost/",
                "https://other.apps.example/",
                "https://apps.example/",
                "https://x.shop.apps.example/",
                "javascript:alert(1)",
                "data:text/html,x",
                "ftp://shop.example/",
                "shop.example",
                "https://[::1]/",
                // Clients read the first one: it must not be somebody else's.
                "https://shop.example/?access_token=theirs",
                "https://shop.example/?a=b&refresh_token=theirs",
                "https://shop.example/?%61ccess_token=theirs",
                "https://shop.example/?a;access_token=theirs",
                "https://shop.example/?error=x",
                "https://shop.example/?identity_ticket=x"
            })
    void anythingElseIsRefused(String page) {
        assertThat(targets.allowed(APP, page)).isEmpty();
    }

    @Test
    void parametersJoinWhatIsThere() {
        Map<String, String> added = Map.of("error", "a b&c");

        assertThat(RedirectTarget.with(URI.create("https://a.example"), added))
                .hasToString("https://a.example?error=a+b%26c");
        assertThat(RedirectTarget.with(URI.create("https://a.example/x?y=z#top"), added))
                .hasToString("https://a.example/x?y=z&error=a+b%26c#top");
    }

    private record Settings() implements TrafficConfig, TrafficConfig.Cors {
        @Override
        public String baseDomain() {
            return "apps.example";
        }

        @Override
        public Optional<Pattern> streamedPaths() {
            return Optional.empty();
        }

        @Override
        public Cors cors() {
            return this;
        }

        @Override
        public List<String> dashboards() {
            return List.of("https://dashboard.example");
        }

        @Override
        public RateLimit rateLimit() {
            throw new UnsupportedOperationException("nothing is counted here");
        }
    }
}
