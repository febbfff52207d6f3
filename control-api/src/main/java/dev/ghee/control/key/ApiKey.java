package dev.ghee.control.key;

import dev.ghee.contracts.ApiKeyState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An API key as the control database keeps it: its hash, never the key. */
@Entity
@Table(name = "api_key")
class ApiKey {
    @Id
    private UUID id;

    private long revision;
    private String sha256;
    private String prefix;
    private String name;

    @Column(name = "owner_id")
    private UUID ownerId;

    @Column(name = "organization_id")
    private UUID organizationId;

    /** Separated by spaces, as in OAuth; no scope contains one. */
    private String scopes;

    @Column(name = "revoked_at")
    private @Nullable Instant revokedAt;

    @Column(name = "expires_at")
    private @Nullable Instant expiresAt;

    @Column(name = "last_used_at")
    private @Nullable Instant lastUsedAt;

    @Column(name = "created_at")
    private Instant createdAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected ApiKey() {}

    ApiKey(
            UUID id,
            Secret secret,
            String name,
            UUID ownerId,
            UUID organizationId,
            Collection<String> scopes,
            @Nullable Instant expiresAt) {
        this.id = id;
        this.revision = 1;
        this.sha256 = secret.sha256();
        this.prefix = secret.prefix();
        this.name = name;
        this.ownerId = ownerId;
        this.organizationId = organizationId;
        this.scopes = String.join(" ", scopes);
        this.expiresAt = expiresAt;
        this.createdAt = Instant.now();
    }

    UUID id() {
        return id;
    }

    String sha256() {
        return sha256;
    }

    String prefix() {
        return prefix;
    }

    String name() {
        return name;
    }

    UUID ownerId() {
        return ownerId;
    }

    UUID organizationId() {
        return organizationId;
    }

    List<String> scopes() {
        return Arrays.asList(scopes.split(" "));
    }

    boolean revoked() {
        return revokedAt != null;
    }

    @Nullable
    Instant expiresAt() {
        return expiresAt;
    }

    @Nullable
    Instant lastUsedAt() {
        return lastUsedAt;
    }

    Instant createdAt() {
        return createdAt;
    }

    void revoke() {
        revokedAt = Instant.now();
        revision++;
    }

    /** What every service is told. */
    ApiKeyState state() {
        return new ApiKeyState(
                sha256,
                revision,
                id.toString(),
                ownerId.toString(),
                organizationId.toString(),
                Set.copyOf(scopes()),
                revoked(),
                expiresAt);
    }
}
