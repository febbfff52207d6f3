package dev.ghee.control.auth.oauth;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** As the providers publish them. Nobody can configure others under these names: only tests replace this. */
@DefaultBean
@ApplicationScoped
class PublishedEndpoints implements BuiltInEndpoints {
    private static final String GRAPH = "https://graph.facebook.com/v21.0";
    private static final String MICROSOFT = "https://login.microsoftonline.com/";

    @Override
    public Endpoints of(Dialect dialect, String tenant) {
        return switch (dialect) {
            case GOOGLE ->
                endpoints(
                        dialect,
                        "https://accounts.google.com/o/oauth2/v2/auth",
                        "https://oauth2.googleapis.com/token",
                        null,
                        "https://accounts.google.com",
                        "https://www.googleapis.com/oauth2/v3/certs");
            case GITHUB ->
                endpoints(
                        dialect,
                        "https://github.com/login/oauth/authorize",
                        "https://github.com/login/oauth/access_token",
                        "https://api.github.com/user",
                        null,
                        null);
            case DISCORD ->
                endpoints(
                        dialect,
                        "https://discord.com/oauth2/authorize",
                        "https://discord.com/api/oauth2/token",
                        "https://discord.com/api/users/@me",
                        null,
                        null);
            case FACEBOOK ->
                endpoints(
                        dialect,
                        "https://www.facebook.com/v21.0/dialog/oauth",
                        GRAPH + "/oauth/access_token",
                        GRAPH + "/me",
                        null,
                        null);
            case LINKEDIN ->
                endpoints(
                        dialect,
                        "https://www.linkedin.com/oauth/v2/authorization",
                        "https://www.linkedin.com/oauth/v2/accessToken",
                        "https://api.linkedin.com/v2/userinfo",
                        "https://www.linkedin.com/oauth",
                        "https://www.linkedin.com/oauth/openid/jwks");
            case MICROSOFT ->
                endpoints(
                        dialect,
                        MICROSOFT + tenant + "/oauth2/v2.0/authorize",
                        MICROSOFT + tenant + "/oauth2/v2.0/token",
                        "https://graph.microsoft.com/v1.0/me",
                        MICROSOFT + "{tenantid}/v2.0",
                        MICROSOFT + tenant + "/discovery/v2.0/keys");
            case APPLE ->
                endpoints(
                        dialect,
                        "https://appleid.apple.com/auth/authorize",
                        "https://appleid.apple.com/auth/token",
                        null,
                        "https://appleid.apple.com",
                        "https://appleid.apple.com/auth/keys");
            case X ->
                endpoints(
                        dialect,
                        "https://x.com/i/oauth2/authorize",
                        "https://api.x.com/2/oauth2/token",
                        "https://api.x.com/2/users/me",
                        null,
                        null);
            case CUSTOM -> throw new IllegalArgumentException("A custom provider has endpoints of its own");
        };
    }

    private static Endpoints endpoints(
            Dialect dialect,
            String authorization,
            String token,
            @Nullable String userinfo,
            @Nullable String issuer,
            @Nullable String keys) {
        return new Endpoints(
                URI.create(authorization),
                URI.create(token),
                userinfo == null ? null : URI.create(userinfo),
                issuer,
                keys == null ? null : URI.create(keys),
                dialect.traits());
    }
}
