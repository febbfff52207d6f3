package dev.ghee.control.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectUriTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/callback",
                "https://example.com",
                "https://example.com/?a=b",
                "http://127.0.0.1/cb",
                "http://127.0.0.1:3000/cb",
                "http://[::1]:3000/cb",
                "http://localhost:8976/oauth/callback",
                "cursor://anysphere.cursor-retrieval/oauth/callback",
                "com.example.app:/oauth"
            })
    void anAnswerMayGoThere(String uri) {
        assertThat(RedirectUri.parse(uri)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/relative",
                "//example.com/cb",
                "http://example.com/cb",
                "http://127.0.0.1.example.com/cb",
                "http://localhost.example.com/cb",
                "https://user:pw@example.com/cb",
                "https://example.com/cb#fragment",
                "https:///cb",
                "https:cb",
                "HTTPS://example.com/cb",
                "javascript:alert(1)",
                "data:text/html,x",
                "file:///etc/passwd",
                "vbscript:x",
                "blob:https://example.com/x",
                "https://example.com/a b",
                "https://exämple.com/",
                "https://example.com/\u0000"
            })
    void noAnswerMayGoThere(String uri) {
        assertThat(RedirectUri.parse(uri)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/cb,        https://a.example/cb,         true",
        "https://a.example/cb,        https://a.example/cb/,        false",
        "https://a.example/cb,        https://a.example/cb?x=1,     false",
        "https://a.example/cb,        https://a.example:443/cb,     false",
        "https://a.example/cb,        https://b.example/cb,         false",
        "https://a.example/cb,        https://a.example/CB,         false",
        "http://127.0.0.1/cb,         http://127.0.0.1:4711/cb,     true",
        "http://127.0.0.1:1/cb,       http://127.0.0.1:2/cb,        true",
        "http://[::1]:1/cb,           http://[::1]:2/cb,            true",
        "http://localhost:1/cb,       http://localhost:2/cb,        true",
        "http://localhost:1/cb,       http://127.0.0.1:1/cb,        false",
        "http://127.0.0.1:1/cb,       http://127.0.0.1:1/other,     false",
        "http://127.0.0.1:1/cb,       http://127.0.0.1:1/cb?x=1,    false",
        "http://127.0.0.1:1/cb,       https://127.0.0.1:1/cb,       false",
        "app.one:/cb,                 app.one:/cb,                  true",
        "app.one:/cb,                 app.two:/cb,                  false"
    })
    void addressesAreTheSameLetterByLetterButForALoopbackPort(String registered, String asked, boolean same) {
        RedirectUri left = RedirectUri.parse(registered).orElseThrow();
        RedirectUri right = RedirectUri.parse(asked).orElseThrow();
        assertThat(left.matches(right)).isEqualTo(same);
    }
}
