package dev.ghee.control.auth.oauth;

import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider is.
 *
 * @param userinfo null where the id_token says everything
 * @param issuer of its id_tokens; {@code {tenantid}} in it stands for the token's own claim {@code tid}
 * @param keys of its id_tokens
 */
record Endpoints(
        URI authorization,
        URI token,
        @Nullable URI userinfo,
        @Nullable String issuer,
        @Nullable URI keys,
        Set<Dialect.Trait> traits) {}
