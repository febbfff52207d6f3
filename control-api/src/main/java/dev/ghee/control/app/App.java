package dev.ghee.control.app;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An app as the control database keeps it. Changed only within {@link AppStates#change}, which publishes the change. */
@Entity
@Table(name = "app")
public class App {
    private static final List<String> DEFAULT_ORIGINS = List.of("http://localhost:3000");

    @Id
    private String id;

    private long revision;
    private String name;
    private String subdomain;

    @Column(name = "owner_id")
    private UUID ownerId;

    @Column(name = "organization_id")
    private UUID organizationId;

    private String region;

    @Enumerated(EnumType.STRING)
    private AppState.Status status;

    @Column(name = "provisioning_error")
    private @Nullable String provisioningError;

    @Enumerated(EnumType.STRING)
    @Column(name = "access_mode")
    private AppState.AccessMode accessMode;

    @Enumerated(EnumType.STRING)
    private Visibility visibility;

    private boolean listed;

    @Column(name = "strict_rls")
    private boolean strictRls;

    @Column(name = "anon_key")
    private String anonKey;

    @Convert(converter = TextLists.Strings.class)
    @Column(name = "allowed_origins")
    private List<String> allowedOrigins;

    @Convert(converter = TextLists.PublicKeys.class)
    private List<AppState.PublicKey> jwks;

    @Column(name = "paused_at")
    private @Nullable Instant pausedAt;

    @Column(name = "paused_reason")
    private @Nullable String pausedReason;

    @Column(name = "access_token_ttl")
    private String accessTokenTtl;

    @Column(name = "refresh_token_ttl_days")
    private int refreshTokenTtlDays;

    @Column(name = "max_file_size_mb")
    private int maxFileSizeMb;

    @Column(name = "storage_limit_bytes")
    private @Nullable Long storageLimitBytes;

    @Column(name = "public_read_enabled")
    private boolean publicReadEnabled;

    @Convert(converter = TextLists.Strings.class)
    @Column(name = "allowed_content_types")
    private List<String> allowedContentTypes;

    @Column(name = "auth_hook_function")
    private @Nullable String authHookFunction;

    @Column(name = "requests_per_minute")
    private @Nullable Integer requestsPerMinute;

    @Convert(converter = SignInTheme.Text.class)
    @Column(name = "sign_in_theme")
    private SignInTheme signInTheme;

    @Convert(converter = TextLists.Strings.class)
    @Column(name = "custom_domains")
    private List<String> customDomains;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    protected App() {}

    /** A new app with the defaults of the contract; its database does not exist yet. */
    App(AppId id, String name, String subdomain, UUID ownerId, UUID organizationId, String region, String anonKey) {
        this.id = id.value();
        this.revision = 1;
        this.name = name;
        this.subdomain = subdomain;
        this.ownerId = ownerId;
        this.organizationId = organizationId;
        this.region = region;
        this.status = AppState.Status.PROVISIONING;
        this.accessMode = AppState.AccessMode.PUBLIC;
        this.visibility = Visibility.PRIVATE;
        this.anonKey = anonKey;
        this.allowedOrigins = DEFAULT_ORIGINS;
        this.jwks = List.of();
        this.accessTokenTtl = JwtSettings.DEFAULT.accessTokenTtl();
        this.refreshTokenTtlDays = JwtSettings.DEFAULT.refreshTokenTtlDays();
        this.maxFileSizeMb = StorageSettings.DEFAULT.maxFileSizeMb();
        this.publicReadEnabled = StorageSettings.DEFAULT.publicReadEnabled();
        this.allowedContentTypes = StorageSettings.DEFAULT.allowedContentTypes();
        this.signInTheme = SignInTheme.PLAIN;
        this.customDomains = List.of();
        this.createdAt = Instant.now();
        this.updatedAt = createdAt;
    }

    /** Whether people who do not administer the app may see that it exists. */
    public enum Visibility {
        PRIVATE,
        PUBLIC
    }

    public AppId id() {
        return new AppId(id);
    }

    public String name() {
        return name;
    }

    public String subdomain() {
        return subdomain;
    }

    public UUID ownerId() {
        return ownerId;
    }

    public UUID organizationId() {
        return organizationId;
    }

    public String region() {
        return region;
    }

    public AppState.Status status() {
        return status;
    }

    /** True while the app has a database that works. */
    public boolean provisioned() {
        return status == AppState.Status.READY || status == AppState.Status.MIGRATING;
    }

    public @Nullable String provisioningError() {
        return provisioningError;
    }

    public AppState.AccessMode accessMode() {
        return accessMode;
    }

    public Visibility visibility() {
        return visibility;
    }

    public boolean listed() {
        return listed;
    }

    public boolean strictRls() {
        return strictRls;
    }

    public String anonKey() {
        return anonKey;
    }

    public List<String> allowedOrigins() {
        return allowedOrigins;
    }

    public JwtSettings jwt() {
        return new JwtSettings(accessTokenTtl, refreshTokenTtlDays);
    }

    public StorageSettings storage() {
        return new StorageSettings(maxFileSizeMb, publicReadEnabled, allowedContentTypes, storageLimitBytes);
    }

    /** The function that hears of sign-ins, or null. */
    public @Nullable String authHookFunction() {
        return authHookFunction;
    }

    /** The same, empty for none. */
    public String authHookFunctionName() {
        return authHookFunction == null ? "" : authHookFunction;
    }

    public @Nullable Instant pausedAt() {
        return pausedAt;
    }

    public @Nullable String pausedReason() {
        return pausedReason;
    }

    public SignInTheme signInTheme() {
        return signInTheme;
    }

    public void signInTheme(SignInTheme theme) {
        signInTheme = theme;
    }

    /** A name that has been proved to be the app's; a second time changes nothing. */
    public void addCustomDomain(String hostname) {
        customDomains = Stream.concat(customDomains.stream(), Stream.of(hostname))
                .distinct()
                .toList();
    }

    public void removeCustomDomain(String hostname) {
        customDomains =
                customDomains.stream().filter(name -> !name.equals(hostname)).toList();
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    public void markReady() {
        status = AppState.Status.READY;
        provisioningError = null;
    }

    /** @param error for the owner to read: no hosts, no SQL */
    public void markFailed(String error) {
        status = AppState.Status.FAILED;
        provisioningError = error;
    }

    /** A failed app's database is tried again; any other stays as it is. */
    void retry() {
        if (status == AppState.Status.FAILED) {
            status = AppState.Status.PROVISIONING;
            provisioningError = null;
        }
    }

    public void markDeleting() {
        status = AppState.Status.DELETING;
    }

    public void accessMode(AppState.AccessMode mode) {
        accessMode = mode;
    }

    public void visibility(Visibility newVisibility, boolean newListed) {
        visibility = newVisibility;
        listed = newListed;
    }

    public void strictRls(boolean strict) {
        strictRls = strict;
    }

    public void allowedOrigins(List<String> origins) {
        allowedOrigins = List.copyOf(origins);
    }

    public void jwt(JwtSettings settings) {
        accessTokenTtl = settings.accessTokenTtl();
        refreshTokenTtlDays = settings.refreshTokenTtlDays();
    }

    public void storage(StorageSettings settings) {
        maxFileSizeMb = settings.maxFileSizeMb();
        publicReadEnabled = settings.publicReadEnabled();
        allowedContentTypes = settings.allowedContentTypes();
        storageLimitBytes = settings.storageLimitBytes();
    }

    public void authHookFunction(@Nullable String function) {
        authHookFunction = function;
    }

    /** Pausing a paused app keeps the moment since when it is. */
    public void pause(@Nullable String reason) {
        if (pausedAt == null) {
            pausedAt = Instant.now();
        }
        pausedReason = reason;
    }

    public void resume() {
        pausedAt = null;
        pausedReason = null;
    }

    /** Public keys that verify the tokens of the app's users, the one that signs first. */
    public List<AppState.PublicKey> jwks() {
        return jwks;
    }

    void jwks(List<AppState.PublicKey> keys) {
        jwks = List.copyOf(keys);
    }

    void nextRevision() {
        revision++;
        updatedAt = Instant.now();
    }

    long revision() {
        return revision;
    }

    /** What the other services are told. */
    AppState state(Map<UUID, OrganizationRole> members) {
        var roles = new TreeMap<String, OrganizationRole>();
        members.forEach((user, role) -> roles.put(user.toString(), role));
        return new AppState(
                id(),
                revision,
                name,
                subdomain,
                ownerId.toString(),
                organizationId.toString(),
                Set.copyOf(roles.keySet()),
                region,
                status,
                accessMode,
                pausedAt == null ? null : new AppState.Pause(pausedReason, pausedAt.toString()),
                allowedOrigins,
                anonKey,
                jwks,
                strictRls,
                requestsPerMinute == null ? null : new AppState.Limits(requestsPerMinute, null),
                roles,
                storage().state(),
                customDomains);
    }
}
