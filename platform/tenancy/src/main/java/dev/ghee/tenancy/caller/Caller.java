package dev.ghee.tenancy.caller;

import dev.ghee.contracts.AppId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who sent a request. A request has exactly one caller; an end user is never promoted to anything else. */
public sealed interface Caller {

    /** No credential, or the app's public anon key. */
    record Anonymous() implements Caller {}

    /**
     * A signed-in user of one app, with a valid access token.
     *
     * @param claimsJson the token's claims as JSON, for {@code request.jwt.claims}
     */
    record EndUser(AppId app, String userId, String claimsJson, Instant expiresAt) implements Caller {}

    /** The bearer of a {@code bb_sk_} key. */
    record ServiceKey(String keyId, String ownerId, String organizationId, Set<String> scopes) implements Caller {}

    /**
     * A person who owns apps, with a platform token.
     *
     * @param email null when the token has none
     * @param organizationId the organisation selected by {@code X-Organization-Id}, not yet checked for membership
     */
    record PlatformOwner(
            String userId, @Nullable String email, @Nullable String organizationId) implements Caller {}
}
