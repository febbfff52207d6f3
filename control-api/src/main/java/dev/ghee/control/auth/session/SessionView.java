package dev.ghee.control.auth.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.auth.user.WireTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session as the routes show it.
 *
 * @param current whether it is the caller's own
 */
public record SessionView(
        UUID id,
        boolean current,
        @Nullable String device,
        @JsonProperty("ip_address") @Nullable String ipAddress,
        List<String> amr,
        String aal,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("last_used_at") String lastUsedAt,
        @JsonProperty("expires_at") String expiresAt) {

    /** @param current the caller's own, or null when it is nobody's */
    static SessionView of(SessionList.Listed open, @Nullable UUID current) {
        return new SessionView(
                open.session().id(),
                open.session().id().equals(current),
                open.device(),
                open.address(),
                open.session().amr(),
                open.session().assurance().claim(),
                WireTime.of(open.createdAt()),
                WireTime.of(open.lastUsedAt()),
                WireTime.of(open.expiresAt()));
    }
}
