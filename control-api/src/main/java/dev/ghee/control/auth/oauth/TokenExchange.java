package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.control.auth.oauth.Dialect.Trait;
import dev.ghee.outbound.OutboundRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Codes for tokens. */
@ApplicationScoped
class TokenExchange {
    private final ProviderCalls calls;

    TokenExchange(ProviderCalls calls) {
        this.calls = calls;
    }

    /** What a provider gave for a code; kept no longer than the sign-in takes. */
    record Tokens(@Nullable String accessToken, @Nullable String idToken) {
        @Override
        public String toString() {
            return "Tokens[…]";
        }
    }

    /** Fails with {@link ProviderRefusal}. */
    Tokens exchange(Connection provider, String code, String redirectUri, String verifier) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirectUri);
        if (provider.is(Trait.PKCE)) {
            form.put("code_verifier", verifier);
        }
        ProviderSettings settings = provider.settings();
        String secret = settings.dialect() == Dialect.APPLE
                ? AppleClientSecret.of(settings)
                : Objects.requireNonNull(settings.clientSecret());
        form.put("client_id", settings.clientId());
        if (!provider.is(Trait.BASIC_AUTH)) {
            form.put("client_secret", secret);
        }
        OutboundRequest request = OutboundRequest.form(provider.endpoints().token(), form);
        JsonNode answer = calls.post(
                "token endpoint",
                provider.is(Trait.BASIC_AUTH)
                        ? request.header("Authorization", basic(settings.clientId(), secret))
                        : request);
        String access = answer.path("access_token").textValue();
        String id = answer.path("id_token").textValue();
        if (access == null && id == null) {
            // GitHub answers 200 to codes that it refuses.
            throw ProviderRefusal.because("token endpoint gave no token");
        }
        return new Tokens(access, id);
    }

    /** Both parts are form-encoded first: RFC 6749, section 2.3.1. */
    private static String basic(String id, String secret) {
        String pair =
                URLEncoder.encode(id, StandardCharsets.UTF_8) + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
