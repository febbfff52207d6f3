package dev.ghee.tenancy.caller;

import dev.ghee.contracts.AppId;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of its sender, before any of it is believed.
 *
 * @param bearer the token of {@code Authorization: Bearer …}, or null
 * @param pathApp the app that the request's path names, or null
 * @param organizationId header {@code X-Organization-Id}, or null
 * @param testUserId header {@code x-test-user-id}, or null; heeded only in e2e mode
 */
public record Credentials(
        @Nullable String bearer,
        @Nullable AppId pathApp,
        @Nullable String organizationId,
        @Nullable String testUserId) {

    /** Longest accepted token, in characters. */
    static final int MAX_BEARER = 8192;

    private static final String SCHEME = "Bearer ";

    /** The token of an Authorization header, or null when the header is absent or of another scheme. */
    public static @Nullable String bearerOf(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String token = authorization.substring(SCHEME.length()).strip();
        return token.isEmpty() ? null : token;
    }

    @Override
    public String toString() {
        return "Credentials[pathApp=" + pathApp + "]";
    }
}
