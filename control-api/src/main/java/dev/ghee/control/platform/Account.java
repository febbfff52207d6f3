package dev.ghee.control.platform;

import java.util.Set;
import java.util.UUID;

/**
 * On whose behalf a request administers the platform.
 *
 * @param userId the platform user: the person who signed in, or the owner of the key
 * @param organizationId where new apps and keys go
 * @param scopes of the key; {@code *} for a person
 */
public record Account(UUID userId, UUID organizationId, Set<String> scopes) {
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
}
