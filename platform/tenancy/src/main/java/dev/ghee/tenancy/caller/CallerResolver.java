package dev.ghee.tenancy.caller;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns credentials into a {@link Caller}, in the order of the contract with one deliberate difference: a token that
 * says it is an end user's is verified as one, whatever mode the server is in, and is never promoted.
 */
@ApplicationScoped
public class CallerResolver {
    /** Owner of everything while authentication is off, and the bootstrap owner of a local installation. */
    public static final String DEV_OWNER_ID = "00000000-0000-0000-0000-000000000001";

    private static final String KEY_PREFIX = "bb_sk_";
    private static final String SUBSTRATE_PREFIX = "bb_sub_";
    /** Base64 of 32 bytes: no platform token looks like this, so it need not be looked up to be recognised. */
    private static final Pattern ANON_KEY = Pattern.compile("[A-Za-z0-9+/_-]{43}=?");

    private final AuthConfig config;
    private final AppDirectory apps;
    private final KeyDirectory keys;
    private final EndUserTokens endUserTokens;
    private final PlatformTokens platformTokens;

    CallerResolver(
            AuthConfig config,
            AppDirectory apps,
            KeyDirectory keys,
            EndUserTokens endUserTokens,
            PlatformTokens platformTokens) {
        if (config.e2e() && productionLike()) {
            throw new IllegalStateException("ghee.e2e must not be set in production");
        }
        this.config = config;
        this.apps = apps;
        this.keys = keys;
        this.endUserTokens = endUserTokens;
        this.platformTokens = platformTokens;
    }

    private static boolean productionLike() {
        return "production".equals(System.getenv("GHEE_ENV"));
    }

    /**
     * The caller. Fails with {@code AUTH_INVALID_API_KEY}, {@code AUTH_INVALID_TOKEN},
     * {@code AUTH_INVALID_END_USER_JWT} or {@code AUTH_END_USER_JWT_EXPIRED}.
     */
    public Uni<Caller> resolve(Credentials credentials) {
        if (config.e2e() && credentials.testUserId() != null) {
            return testUser(credentials.testUserId(), credentials.organizationId());
        }
        String token = credentials.bearer();
        if (token == null || token.startsWith(SUBSTRATE_PREFIX)) {
            return Uni.createFrom().item(nobody(credentials));
        }
        if (token.length() > Credentials.MAX_BEARER) {
            return Uni.createFrom().failure(new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "The token is too long"));
        }
        if (token.startsWith(KEY_PREFIX)) {
            return keys.find(sha256(token)).map(CallerResolver::serviceKey);
        }
        AppId knownApp = endUserTokens.appOfKnown(token);
        if (knownApp != null) {
            return endUser(token, knownApp);
        }
        Optional<UnverifiedToken> jwt = UnverifiedToken.parse(token);
        if (jwt.isPresent()) {
            String issuer = jwt.get().issuer();
            return issuer != null && issuer.startsWith(EndUserTokens.ISSUER_PREFIX)
                    ? endUser(token, issuer)
                    : Uni.createFrom().item(() -> platformTokens.verify(token, credentials.organizationId()));
        }
        return anonKey(token, credentials);
    }

    private Uni<Caller> endUser(String token, String issuer) {
        String app = issuer.substring(EndUserTokens.ISSUER_PREFIX.length());
        if (!AppId.isValid(app)) {
            return Uni.createFrom().failure(() -> EndUserTokens.invalid(null));
        }
        return endUser(token, new AppId(app));
    }

    private Uni<Caller> endUser(String token, AppId app) {
        return apps.find(app)
                .onFailure(CallerResolver::isNotFound)
                .transform(EndUserTokens::invalid)
                .map(state -> endUserTokens.verify(token, state));
    }

    private Uni<Caller> anonKey(String token, Credentials credentials) {
        AppId app = credentials.pathApp();
        if (app == null || !ANON_KEY.matcher(token).matches()) {
            return Uni.createFrom().failure(CallerResolver::invalidToken);
        }
        return apps.find(app)
                .onFailure(CallerResolver::isNotFound)
                .transform(_ -> invalidToken())
                .map(state -> {
                    if (!constantTimeEquals(state.anonKey(), token)) {
                        throw invalidToken();
                    }
                    return new Caller.Anonymous();
                });
    }

    private Caller nobody(Credentials credentials) {
        return config.authEnabled()
                ? new Caller.Anonymous()
                : new Caller.PlatformOwner(DEV_OWNER_ID, "owner@localhost", credentials.organizationId());
    }

    private static Uni<Caller> testUser(String id, @Nullable String organizationId) {
        try {
            return Uni.createFrom()
                    .item(new Caller.PlatformOwner(UUID.fromString(id).toString(), null, organizationId));
        } catch (IllegalArgumentException e) {
            return Uni.createFrom().failure(CallerResolver::invalidToken);
        }
    }

    private static Caller serviceKey(Optional<ApiKeyState> found) {
        ApiKeyState key = found.filter(state -> state.usableAt(Instant.now()))
                .orElseThrow(
                        () -> new GheeException(ErrorCode.AUTH_INVALID_API_KEY, "The API key is not valid or revoked"));
        return new Caller.ServiceKey(key.keyId(), key.ownerId(), key.organizationId(), key.scopes());
    }

    private static boolean isNotFound(Throwable e) {
        return e instanceof GheeException ghee && ghee.httpStatus() == 404;
    }

    private static GheeException invalidToken() {
        return new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "The token is not valid");
    }

    private static boolean constantTimeEquals(String expected, String actual) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
    }

    /** Hex SHA-256, the form in which keys are stored and looked up. */
    public static String sha256(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
