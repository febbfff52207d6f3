package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.control.auth.identity.ExternalIdentity;
import dev.ghee.control.auth.oauth.Dialect.Trait;
import dev.ghee.control.auth.user.Email;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is at a provider, and which address the provider has verified. Where a provider does not say that it has,
 * the address counts as unverified: Facebook never says it, and a Microsoft directory's administrator writes whatever
 * address they like, unless the token says that its domain's owner was checked.
 */
@ApplicationScoped
class Profiles {
    private final ProviderCalls calls;
    private final IdTokens idTokens;
    private final ObjectMapper json;

    Profiles(ProviderCalls calls, IdTokens idTokens, ObjectMapper json) {
        this.calls = calls;
        this.idTokens = idTokens;
        this.json = json;
    }

    /**
     * Fails with {@link ProviderRefusal}.
     *
     * @param posted what Apple's page says of a new user, which nobody has signed
     */
    ExternalIdentity read(Connection provider, TokenExchange.Tokens tokens, String nonce, @Nullable String posted) {
        ProviderName name = provider.settings().provider();
        @Nullable JsonNode idToken = provider.is(Trait.ID_TOKEN) ? idToken(provider, tokens, nonce) : null;
        return switch (provider.settings().dialect()) {
            case GOOGLE, LINKEDIN -> openId(name, required(idToken));
            case APPLE -> apple(name, required(idToken), posted);
            case MICROSOFT -> microsoft(name, required(idToken), userinfo(provider, tokens));
            case GITHUB -> github(name, provider, tokens);
            case DISCORD -> discord(name, userinfo(provider, tokens));
            case FACEBOOK -> facebook(name, provider, tokens);
            case X -> x(name, provider, tokens);
            case CUSTOM -> custom(name, provider, tokens, idToken);
        };
    }

    private JsonNode idToken(Connection provider, TokenExchange.Tokens tokens, String nonce) {
        String token = tokens.idToken();
        Endpoints endpoints = provider.endpoints();
        if (token == null || endpoints.issuer() == null || endpoints.keys() == null) {
            throw ProviderRefusal.because("token endpoint gave no id_token");
        }
        return idTokens.verify(
                token,
                new IdTokens.Expected(
                        endpoints.issuer(),
                        endpoints.keys(),
                        provider.settings().clientId(),
                        nonce,
                        provider.is(Trait.NONCE)));
    }

    private static JsonNode required(@Nullable JsonNode idToken) {
        return Objects.requireNonNull(idToken, "These providers give id_tokens");
    }

    private static ExternalIdentity openId(ProviderName name, JsonNode said) {
        Claims claims = new Claims(said);
        return Claims.identity(
                name,
                claims.subject("sub"),
                claims.email("email"),
                claims.yes("email_verified"),
                claims.text("name"),
                claims.text("picture"));
    }

    private ExternalIdentity apple(ProviderName name, JsonNode said, @Nullable String posted) {
        Claims claims = new Claims(said);
        return Claims.identity(
                name,
                claims.subject("sub"),
                claims.email("email"),
                claims.yes("email_verified"),
                appleName(posted),
                null);
    }

    /** Apple sends a name once, when somebody first signs in. */
    private @Nullable String appleName(@Nullable String posted) {
        try {
            JsonNode name = posted == null ? null : json.readTree(posted);
            if (name == null) {
                return null;
            }
            return name.path("name").path("firstName").asText("") + " "
                    + name.path("name").path("lastName").asText("");
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static ExternalIdentity microsoft(ProviderName name, JsonNode idToken, JsonNode graph) {
        Claims token = new Claims(idToken);
        Claims claims = new Claims(graph);
        String subject = claims.subject("id");
        if (token.text("oid") != null && !subject.equals(token.text("oid"))) {
            throw ProviderRefusal.because("id_token and user info are of different users");
        }
        Optional<Email> email = claims.email("mail").or(() -> claims.email("userPrincipalName"));
        boolean domainChecked =
                token.yes("xms_edov") || token.node().path("xms_edov").asInt() == 1;
        boolean verified = domainChecked && email.equals(token.email("email"));
        return Claims.identity(name, subject, email, verified, claims.text("displayName"), null);
    }

    /** The list of addresses says which are verified; a public address alone does not. */
    private ExternalIdentity github(ProviderName name, Connection provider, TokenExchange.Tokens tokens) {
        Claims claims = new Claims(userinfo(provider, tokens));
        JsonNode addresses = calls.get(
                "address list",
                URI.create(Objects.requireNonNull(provider.endpoints().userinfo()) + "/emails"),
                accessToken(tokens));
        Optional<JsonNode> chosen = addresses
                .valueStream()
                .filter(each -> each.path("primary").asBoolean())
                .findFirst()
                .or(() -> addresses.valueStream().findFirst());
        Optional<Email> email =
                chosen.flatMap(each -> new Claims(each).email("email")).or(() -> claims.email("email"));
        boolean verified = chosen.map(each -> new Claims(each).yes("verified")).orElse(false);
        return Claims.identity(
                name, claims.subject("id"), email, verified, claims.text("name", "login"), claims.text("avatar_url"));
    }

    private static ExternalIdentity discord(ProviderName name, JsonNode user) {
        Claims claims = new Claims(user);
        String id = claims.subject("id");
        String avatar = claims.text("avatar");
        return Claims.identity(
                name,
                id,
                claims.email("email"),
                claims.yes("verified"),
                claims.text("global_name", "username"),
                avatar == null ? null : "https://cdn.discordapp.com/avatars/" + id + "/" + avatar + ".png");
    }

    private ExternalIdentity facebook(ProviderName name, Connection provider, TokenExchange.Tokens tokens) {
        JsonNode user = userinfo(provider, tokens, "fields=id,name,email,picture");
        Claims claims = new Claims(user);
        return Claims.identity(
                name,
                claims.subject("id"),
                claims.email("email"),
                false,
                claims.text("name"),
                user.path("picture").path("data").path("url").textValue());
    }

    /** X gives no address; user names change hands, so the placeholder is no more than that. */
    private ExternalIdentity x(ProviderName name, Connection provider, TokenExchange.Tokens tokens) {
        Claims claims = new Claims(userinfo(provider, tokens, "user.fields=profile_image_url,name,username")
                .path("data"));
        String id = claims.subject("id");
        String userName = Objects.requireNonNullElse(claims.text("username"), id);
        return new ExternalIdentity(
                name.value(),
                id,
                Optional.empty(),
                false,
                Claims.placeholder(name.value(), userName, id),
                Claims.name(claims.text("name", "username")),
                Claims.picture(claims.text("profile_image_url")));
    }

    private ExternalIdentity custom(
            ProviderName name, Connection provider, TokenExchange.Tokens tokens, @Nullable JsonNode idToken) {
        JsonNode info = provider.endpoints().userinfo() == null || tokens.accessToken() == null
                ? required(idToken)
                : userinfo(provider, tokens);
        Claims claims = new Claims(info);
        String subject = claims.subject("sub", "id");
        // OpenID Connect Core 1.0, section 5.3.2: otherwise the access token may be somebody else's.
        if (idToken != null && !subject.equals(idToken.path("sub").textValue())) {
            throw ProviderRefusal.because("id_token and user info are of different users");
        }
        return Claims.identity(
                name,
                subject,
                claims.email("email"),
                claims.yes("email_verified"),
                claims.text("name", "display_name"),
                claims.text("picture", "avatar_url"));
    }

    private JsonNode userinfo(Connection provider, TokenExchange.Tokens tokens) {
        URI uri = Objects.requireNonNull(provider.endpoints().userinfo(), "These providers have user info");
        return calls.get("user info", uri, accessToken(tokens));
    }

    private JsonNode userinfo(Connection provider, TokenExchange.Tokens tokens, String query) {
        URI uri = Objects.requireNonNull(provider.endpoints().userinfo(), "These providers have user info");
        return calls.get("user info", URI.create(uri + "?" + query), accessToken(tokens));
    }

    private static String accessToken(TokenExchange.Tokens tokens) {
        String token = tokens.accessToken();
        if (token == null) {
            throw ProviderRefusal.because("token endpoint gave no access token");
        }
        return token;
    }
}
