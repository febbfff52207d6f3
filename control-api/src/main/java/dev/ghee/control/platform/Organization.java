package dev.ghee.control.platform;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Owns apps and keys; every platform user has a personal one. */
@Entity
@Table(name = "organization")
class Organization {
    @Id
    UUID id;

    @Column(nullable = false)
    String name;

    @Column(name = "personal_owner_id")
    @Nullable
    UUID personalOwnerId;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected Organization() {}

    /** Id of a user's personal organisation: derived, so that nobody has to look it up. */
    static UUID personalIdOf(UUID userId) {
        return UUID.nameUUIDFromBytes(("personal-organization:" + userId).getBytes(StandardCharsets.UTF_8));
    }
}
