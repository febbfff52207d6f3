package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything a service needs to know of an app to serve a request for it, as it is on {@code ghee.apps}.
 *
 * @param revision grows with every change; of two states the one with the higher revision is the newer
 * @param organizationId the organisation whose keys may administer the app
 * @param memberIds members of its organisation
 * @param allowedOrigins origins that browsers may call from, such as {@code http://localhost:3000}
 * @param anonKey a public token that clients may send and that stands for nobody
 * @param jwks public keys that verify end-user tokens, newest first; a rotated key stays until its tokens have expired
 * @param strictRls when true, tables without row-level security are closed to end users too
 * @param memberRoles what each member may do; null in states of before there were roles
 * @param storage what its object store accepts; null means {@link Storage#DEFAULT}
 * @param customDomains names of its own that it is served under, proved to be its own; empty in states of before there
 *     were such
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AppState(
        AppId appId,
        long revision,
        String name,
        String subdomain,
        String ownerId,
        String organizationId,
        Set<String> memberIds,
        String region,
        Status status,
        AccessMode accessMode,
        @Nullable Pause pause,
        List<String> allowedOrigins,
        String anonKey,
        List<PublicKey> jwks,
        boolean strictRls,
        @Nullable Limits limits,
        @Nullable Map<String, OrganizationRole> memberRoles,
        @Nullable Storage storage,
        List<String> customDomains) {

    @SuppressWarnings("ConstantValue") // a state that does not say is read, too
    public AppState {
        customDomains = customDomains == null ? List.of() : List.copyOf(customDomains);
    }

    /** An app without a name of its own. */
    public AppState(
            AppId appId,
            long revision,
            String name,
            String subdomain,
            String ownerId,
            String organizationId,
            Set<String> memberIds,
            String region,
            Status status,
            AccessMode accessMode,
            @Nullable Pause pause,
            List<String> allowedOrigins,
            String anonKey,
            List<PublicKey> jwks,
            boolean strictRls,
            @Nullable Limits limits,
            @Nullable Map<String, OrganizationRole> memberRoles,
            @Nullable Storage storage) {
        this(
                appId,
                revision,
                name,
                subdomain,
                ownerId,
                organizationId,
                memberIds,
                region,
                status,
                accessMode,
                pause,
                allowedOrigins,
                anonKey,
                jwks,
                strictRls,
                limits,
                memberRoles,
                storage,
                List.of());
    }

    /** An app of before there were roles: its owner and every member may administer it. */
    public AppState(
            AppId appId,
            long revision,
            String name,
            String subdomain,
            String ownerId,
            String organizationId,
            Set<String> memberIds,
            String region,
            Status status,
            AccessMode accessMode,
            @Nullable Pause pause,
            List<String> allowedOrigins,
            String anonKey,
            List<PublicKey> jwks,
            boolean strictRls,
            @Nullable Limits limits) {
        this(
                appId,
                revision,
                name,
                subdomain,
                ownerId,
                organizationId,
                memberIds,
                region,
                status,
                accessMode,
                pause,
                allowedOrigins,
                anonKey,
                jwks,
                strictRls,
                limits,
                null,
                null);
    }

    public static final String TYPE = "app";
    public static final int VERSION = 1;

    /** Wire discriminator. */
    @JsonProperty
    public String type() {
        return TYPE;
    }

    /** Wire version of this record's shape. */
    @JsonProperty
    public int version() {
        return VERSION;
    }

    /**
     * What the platform user may do; empty for whoever is no member. Who made the app counts for nothing once roles
     * are known: somebody who left the organisation has left its apps.
     */
    public Optional<OrganizationRole> roleOf(String userId) {
        if (memberRoles != null) {
            return Optional.ofNullable(memberRoles.get(userId));
        }
        return userId.equals(ownerId) || memberIds.contains(userId)
                ? Optional.of(OrganizationRole.ADMIN)
                : Optional.empty();
    }

    /** What the app's object store accepts. */
    @JsonIgnore
    public Storage storageRules() {
        return storage == null ? Storage.DEFAULT : storage;
    }

    /**
     * Whether its own site is at this host.
     *
     * @param baseDomain parent of the subdomains of the installation's apps
     */
    public boolean isServedAt(String host, String baseDomain) {
        return host.equalsIgnoreCase(subdomain + "." + baseDomain) || customDomains.contains(host);
    }

    @JsonIgnore
    public boolean paused() {
        return pause != null;
    }

    /** Life of an app; on the wire in lower case. */
    public enum Status {
        @JsonProperty("provisioning")
        PROVISIONING,
        @JsonProperty("ready")
        READY,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("migrating")
        MIGRATING,
        @JsonProperty("deleting")
        DELETING;

        /** As the REST API writes it. */
        public String wireName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Whether callers without a credential are let in. */
    public enum AccessMode {
        @JsonProperty("public")
        PUBLIC,
        @JsonProperty("authenticated")
        AUTHENTICATED
    }

    /** Present while the app is paused. */
    public record Pause(@Nullable String reason, @Nullable String since) {}

    /**
     * A public JSON Web Key of an app; numbers are base64url, those of other kinds of keys are null.
     *
     * @param alg {@code RS256}, {@code ES256} or {@code EdDSA}: the one algorithm that the key is for
     * @param n modulus of an RSA key
     * @param e exponent of an RSA key
     * @param crv curve of any other key: {@code P-256} or {@code Ed25519}
     * @param x of a point on the curve
     * @param y of a point on {@code P-256}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PublicKey(
            String kid,
            String kty,
            String alg,
            @Nullable String n,
            @Nullable String e,
            @Nullable String crv,
            @Nullable String x,
            @Nullable String y) {

        /** An RSA key. */
        public PublicKey(String kid, String kty, String alg, String n, String e) {
            this(kid, kty, alg, n, e, null, null, null);
        }
    }

    /**
     * What one app may use; absent values mean the service's own defaults.
     *
     * @param requestsPerMinute per route
     * @param realtimeConnections open sockets
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Limits(
            @Nullable Integer requestsPerMinute, @Nullable Integer realtimeConnections) {}

    /**
     * What an app's object store accepts and shows.
     *
     * @param maxFileSizeMb largest object, in units of 1,048,576 bytes
     * @param publicReadEnabled whether every signed-in user of the app may read every object
     * @param allowedContentTypes media ranges such as {@code image/*}
     * @param storageLimitBytes of all objects together; null means the service's own default
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Storage(
            int maxFileSizeMb,
            boolean publicReadEnabled,
            List<String> allowedContentTypes,
            @Nullable Long storageLimitBytes) {
        public static final Storage DEFAULT = new Storage(10, false, List.of("*/*"), null);

        public Storage {
            allowedContentTypes = List.copyOf(allowedContentTypes);
        }
    }
}
