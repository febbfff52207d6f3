package dev.ghee.control.auth.identity;

import dev.ghee.control.auth.user.Email;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom a provider vouches for.
 *
 * @param subject the provider's own id of its user, which never changes hands
 * @param email as the provider says; empty when there is none that we could use
 * @param emailVerified the provider says that its user reads this mailbox
 * @param placeholder an address for users without one; it leads nowhere
 */
public record ExternalIdentity(
        String provider,
        String subject,
        Optional<Email> email,
        boolean emailVerified,
        Email placeholder,
        @Nullable String displayName,
        @Nullable String avatarUrl) {

    @Override
    public String toString() {
        return "ExternalIdentity[" + provider + "]";
    }
}
