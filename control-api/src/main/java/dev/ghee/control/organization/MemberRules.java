package dev.ghee.control.organization;

import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who may change whose membership: administrators all but owners, owners all, everybody leave. An organisation always
 * has an owner.
 *
 * @param roles of all members, as they are now
 */
record MemberRules(Map<UUID, OrganizationRole> roles) {

    /** Fails with 403 {@code AUTH_FORBIDDEN} unless the actor may let somebody in as this. */
    void mayAdd(UUID actor, OrganizationRole as) {
        require(actor, leastOver(as));
    }

    /**
     * Fails with 404 {@code RESOURCE_NOT_FOUND} when there is no such member, 403 {@code AUTH_FORBIDDEN}, and 409
     * {@code STATE_PREREQUISITE_MISSING} when no owner would be left.
     *
     * @param to the member's next role; null to remove it
     */
    void mayChange(UUID actor, UUID member, @Nullable OrganizationRole to) {
        OrganizationRole now = roles.get(member);
        if (now == null) {
            throw new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Member not found");
        }
        boolean leaves = actor.equals(member) && to == null;
        if (!leaves) {
            require(actor, leastOver(now));
            if (to != null) {
                require(actor, leastOver(to));
            }
        }
        if (now == OrganizationRole.OWNER && to != OrganizationRole.OWNER && owners() == 1) {
            throw new GheeException(
                    ErrorCode.STATE_PREREQUISITE_MISSING, "An organisation needs an owner; name another one first");
        }
    }

    private static OrganizationRole leastOver(OrganizationRole role) {
        return role == OrganizationRole.OWNER ? OrganizationRole.OWNER : OrganizationRole.ADMIN;
    }

    private void require(UUID actor, OrganizationRole least) {
        OrganizationRole role = roles.get(actor);
        if (role == null || !role.atLeast(least)) {
            throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "This needs the role " + least.wireName());
        }
    }

    private long owners() {
        return roles.values().stream()
                .filter(role -> role == OrganizationRole.OWNER)
                .count();
    }
}
