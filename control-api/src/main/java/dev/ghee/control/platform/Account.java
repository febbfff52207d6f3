package dev.ghee.control.platform;

import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.Set;
import java.util.UUID;

/**
 * On whose behalf a request administers the platform.
 *
 * @param userId the platform user: the person who signed in, or the owner of the key
 * @param organizationId where new apps and keys go
 * @param scopes of the key; {@code *} for a person
 * @param role of the person in that organisation; a key acts as an administrator within its scopes
 */
public record Account(UUID userId, UUID organizationId, Set<String> scopes, OrganizationRole role) {
    /** Covers everything of the organisation. */
    public static final String EVERYTHING = "*";

    /** False for a key that is limited to single apps or to other uses. */
    public boolean coversOrganization() {
        return scopes.contains(EVERYTHING);
    }

    /** Whether this app of the organisation is within the account's scopes. */
    public boolean covers(String appId) {
        return coversOrganization() || scopes.contains("app:" + appId);
    }

    /** This account, if its role is at least this one. Fails with 403 {@code AUTH_FORBIDDEN}. */
    public Account require(OrganizationRole least) {
        if (!role.atLeast(least)) {
            throw new GheeException(
                    ErrorCode.AUTH_FORBIDDEN,
                    "Your role in the organisation is " + role.wireName() + "; this needs " + least.wireName());
        }
        return this;
    }
}
