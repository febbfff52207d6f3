package dev.ghee.edge.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static RouteTable table(String... patterns) {
        return new RouteTable(Stream.of(patterns).map(RouteTableTest::route).toList());
    }

    private static Route route(String pattern) {
        return new Route(pattern, new Target.Backend("service"), 1024, false);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/internal/apps/x, /v1/internal/**",
        "/v1/internal, /v1/internal/**",
        "/v1/internal/realtime, /v1/internal/**",
        "/v1/internals/realtime, /v1/{app}/realtime",
        "/v1/app_1/realtime, /v1/{app}/realtime",
        "/v1/app_1/realtime/config, /v1/{app}/realtime/**",
        "/v1/app_1/realtime/, /v1/{app}/realtime/**",
        "/v1/app_1/realtimes, /v1/{app}/**",
        "/v1/app_1/posts/7, /v1/{app}/**",
        "/v1//posts, /**",
        "/v1, /**",
        "/, /**"
    })
    void theMostSpecificPatternWins(String path, String pattern) {
        var table = table("/**", "/v1/{app}/**", "/v1/{app}/realtime/**", "/v1/{app}/realtime", "/v1/internal/**");
        assertThat(table.find(path)).extracting(Route::pattern).isEqualTo(pattern);
    }

    @Test
    void aPathThatNoPatternFitsHasNoRoute() {
        assertThat(table("/a/{b}").find("/a/b/c")).isNull();
    }

    @Test
    void refusesAPatternThatOccursTwice() {
        assertThatThrownBy(() -> table("/a", "/a")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"a", "/a/**/b", "/a/b*", "/a//b"})
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> new RouteTable(List.of(route(pattern)))).isInstanceOf(IllegalArgumentException.class);
    }
}
