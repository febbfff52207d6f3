package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.control.auth.oauth.Dialect.Trait;
import dev.ghee.outbound.OutboundHttp;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where custom providers are: as configured, or as their own discovery document says. Documents are kept for an hour,
 * of at most {@value #MAX_DOCUMENTS} issuers. Source: OpenID Connect Discovery 1.0, section 4.
 */
@ApplicationScoped
class Discovery {
    private static final int MAX_DOCUMENTS = 500;
    private static final String DOCUMENT = "/.well-known/openid-configuration";

    private final ProviderCalls calls;
    private final OutboundHttp http;
    private final BuiltInEndpoints builtIn;
    private final Cache<String, JsonNode> documents = Caffeine.newBuilder()
            .maximumSize(MAX_DOCUMENTS)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    Discovery(ProviderCalls calls, OutboundHttp http, BuiltInEndpoints builtIn) {
        this.calls = calls;
        this.http = http;
        this.builtIn = builtIn;
    }

    /** Fails with {@link ProviderRefusal}. */
    Endpoints of(ProviderSettings settings) {
        if (settings.dialect() != Dialect.CUSTOM) {
            String tenant = settings.metadata("tenant");
            return builtIn.of(settings.dialect(), tenant == null ? "common" : tenant);
        }
        String issuer = settings.issuer();
        return issuer == null ? configured(settings) : discovered(settings, issuer);
    }

    private Endpoints configured(ProviderSettings settings) {
        return new Endpoints(
                endpoint("authorization_url", settings.authorizationUrl()),
                endpoint("token_url", settings.tokenUrl()),
                endpoint("userinfo_url", settings.userinfoUrl()),
                null,
                null,
                Dialect.CUSTOM.traits());
    }

    private Endpoints discovered(ProviderSettings settings, String issuer) {
        JsonNode document = document(issuer);
        String userinfo = settings.userinfoUrl() == null
                ? document.path("userinfo_endpoint").textValue()
                : settings.userinfoUrl();
        return new Endpoints(
                endpoint(
                        "authorization_endpoint",
                        settings.authorizationUrl() == null
                                ? document.path("authorization_endpoint").textValue()
                                : settings.authorizationUrl()),
                endpoint(
                        "token_endpoint",
                        settings.tokenUrl() == null
                                ? document.path("token_endpoint").textValue()
                                : settings.tokenUrl()),
                userinfo == null ? null : endpoint("userinfo_endpoint", userinfo),
                issuer,
                endpoint("jwks_uri", document.path("jwks_uri").textValue()),
                traits(document));
    }

    private JsonNode document(String issuer) {
        JsonNode kept = documents.getIfPresent(issuer);
        if (kept != null) {
            return kept;
        }
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        JsonNode document = calls.get("discovery document", URI.create(base + DOCUMENT));
        if (!issuer.equals(document.path("issuer").asText())) {
            throw ProviderRefusal.because("discovery document is of another issuer");
        }
        documents.put(issuer, document);
        return document;
    }

    private static Set<Trait> traits(JsonNode document) {
        EnumSet<Trait> traits = EnumSet.of(Trait.ID_TOKEN, Trait.NONCE);
        JsonNode methods = document.path("code_challenge_methods_supported");
        if (!methods.isArray() || contains(methods, "S256")) {
            // A server that does not know it has to ignore it: RFC 6749, section 3.1.
            traits.add(Trait.PKCE);
        }
        JsonNode auth = document.path("token_endpoint_auth_methods_supported");
        if (auth.isArray() ? !contains(auth, "client_secret_post") : true) {
            traits.add(Trait.BASIC_AUTH);
        }
        return Set.copyOf(traits);
    }

    private static boolean contains(JsonNode list, String value) {
        return list.valueStream().anyMatch(each -> value.equals(each.textValue()));
    }

    private URI endpoint(String name, @Nullable String text) {
        try {
            if (text != null) {
                URI uri = new URI(text);
                if (http.isAcceptable(uri)) {
                    return uri;
                }
            }
        } catch (URISyntaxException e) {
            throw ProviderRefusal.because(name + " is not a URL");
        }
        throw ProviderRefusal.because(name + " is missing or must not be called");
    }
}
