package dev.ghee.control.platform;

import dev.ghee.contracts.OrganizationRole;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** That a platform user belongs to an organisation. */
@Entity
@Table(name = "organization_member")
@IdClass(OrganizationMember.Key.class)
class OrganizationMember {
    @Id
    @Column(name = "organization_id")
    UUID organizationId;

    @Id
    @Column(name = "user_id")
    UUID userId;

    @Column(nullable = false)
    String role;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected OrganizationMember() {}

    /** The role; text that names none, which the table's check rules out, gives the least. */
    OrganizationRole role() {
        return role(role);
    }

    static OrganizationRole role(String stored) {
        return OrganizationRole.ofWireName(stored).orElse(OrganizationRole.VIEWER);
    }

    /** Who belongs to what. */
    record Key(@Nullable UUID organizationId, @Nullable UUID userId) {}
}
