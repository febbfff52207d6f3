package dev.ghee.control.auth.oauth;

import dev.ghee.control.auth.oauth.Dialect.Trait;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Where a browser goes to sign in. */
final class AuthorizationUrl {
    private AuthorizationUrl() {}

    static URI of(Connection provider, String redirectUri, String state, String verifier, String nonce) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", provider.settings().clientId());
        query.put("redirect_uri", redirectUri);
        query.put("response_type", "code");
        query.put(
                "scope",
                String.join(
                        provider.is(Trait.COMMA_SCOPES) ? "," : " ",
                        provider.settings().effectiveScopes()));
        query.put("state", state);
        if (provider.is(Trait.NONCE)) {
            query.put("nonce", nonce);
        }
        if (provider.is(Trait.PKCE)) {
            query.put("code_challenge", FlowStore.challenge(verifier));
            query.put("code_challenge_method", "S256");
        }
        query.putAll(provider.settings().dialect().parameters());
        String base = provider.endpoints().authorization().toString();
        String joint = base.indexOf('?') < 0 ? "?" : "&";
        return URI.create(base
                + joint
                + query.entrySet().stream()
                        .map(each -> each.getKey() + "=" + encoded(each.getValue()))
                        .collect(Collectors.joining("&")));
    }

    /** Spaces as %20: not every provider reads a plus as one. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
