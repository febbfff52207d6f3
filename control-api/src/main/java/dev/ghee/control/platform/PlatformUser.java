package dev.ghee.control.platform;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A person who may own apps. */
@Entity
@Table(name = "platform_user")
class PlatformUser {
    @Id
    UUID id;

    @Nullable
    String email;

    @Column(name = "created_at", nullable = false)
    Instant createdAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected PlatformUser() {}
}
