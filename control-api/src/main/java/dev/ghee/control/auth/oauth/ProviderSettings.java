package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an app signs its users in with a provider. Holds secrets.
 *
 * @param clientSecret null only where it is made from the metadata
 * @param redirectUris where the provider sends the browser back to; the first one unless a sign-in asks for another
 * @param scopes null for the provider's usual ones
 * @param authorizationUrl of a custom provider; null when it is discovered
 * @param issuer of a custom OpenID Connect provider
 * @param metadata what only some providers need, such as Apple's {@code teamId}, {@code keyId} and {@code privateKey}
 */
record ProviderSettings(
        ProviderName provider,
        UUID id,
        String clientId,
        @Nullable String clientSecret,
        List<String> redirectUris,
        @Nullable List<String> scopes,
        @Nullable String authorizationUrl,
        @Nullable String tokenUrl,
        @Nullable String userinfoUrl,
        @Nullable String issuer,
        ObjectNode metadata,
        boolean enabled,
        Instant createdAt,
        Instant updatedAt) {
    private static final Pattern SECRET = Pattern.compile("(?i).*(private|secret|password|token|credential).*");

    Dialect dialect() {
        return Dialect.of(provider);
    }

    List<String> effectiveScopes() {
        return scopes == null ? dialect().scopes() : scopes;
    }

    /** A text of the metadata, or null. */
    @Nullable
    String metadata(String name) {
        return metadata.path(name).isTextual() ? metadata.path(name).textValue() : null;
    }

    /** Without whatever looks like a secret. */
    ObjectNode publicMetadata() {
        ObjectNode shown = metadata.deepCopy();
        shown.retain(metadata.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !isSecret(name))
                .toList());
        return shown;
    }

    static boolean isSecret(String metadataName) {
        return SECRET.matcher(metadataName).matches();
    }

    @Override
    public String toString() {
        return "ProviderSettings[" + provider + "]";
    }
}
