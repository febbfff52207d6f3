package dev.ghee.control.account;

import dev.ghee.tenancy.caller.Caller;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Somebody with an account here. The address is proved. */
public record Person(UUID userId, String email) {
    /** The person as a caller who acts for an organisation, or for none in particular. */
    public Caller.PlatformOwner caller(@Nullable String organizationId) {
        return new Caller.PlatformOwner(userId.toString(), email, organizationId);
    }
}
