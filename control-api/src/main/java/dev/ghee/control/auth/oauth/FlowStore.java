package dev.ghee.control.auth.oauth;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.identity.LinkTickets.Linker;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.secrets.MasterKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Flows in an app's database. A flow's state is 32 random characters; its PKCE verifier and its nonce are MACs of it, so
 * that nothing stored is of use to somebody who reads the database.
 */
@ApplicationScoped
class FlowStore {
    private static final int STATE_BYTES = 24;
    private static final Pattern STATE = Pattern.compile("[A-Za-z0-9_-]{32}");
    private static final Pattern BROWSER = Pattern.compile("[A-Za-z0-9_-]{32}");

    private static final String INSERT = """
            WITH outlived AS (
              DELETE FROM ghee.oauth_flows WHERE state_hash IN (
                SELECT state_hash FROM ghee.oauth_flows WHERE expires_at < now() LIMIT 20 FOR UPDATE SKIP LOCKED))
            INSERT INTO ghee.oauth_flows
              (state_hash, provider, redirect_uri, redirect_to, browser_hash, user_id, session_id, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, now() + interval '10 minutes')""";

    // Gone with the first look, right or wrong: a state works once.
    private static final String TAKE = """
            DELETE FROM ghee.oauth_flows WHERE state_hash = $1
            RETURNING provider, redirect_uri, redirect_to, browser_hash, user_id, session_id, expires_at > now() AS alive""";

    private final OwnerSql sql;
    private final MasterKey.Hmac mac;
    private final SecureRandom random = new SecureRandom();

    FlowStore(OwnerSql sql, MasterKey key) {
        this.sql = sql;
        this.mac = key.hmac("oauth flows");
    }

    /** The flow's state. */
    String begin(AppState app, Flow flow) {
        String state = secret();
        Linker linker = flow.linker();
        String browser = flow.browser();
        sql.all(
                app,
                INSERT,
                Tuple.of(
                                hash(state),
                                flow.provider().value(),
                                flow.redirectUri(),
                                flow.redirectTo(),
                                browser == null ? null : hash(browser))
                        .addUUID(linker == null ? null : linker.userId())
                        .addUUID(linker == null ? null : linker.sessionId()));
        return state;
    }

    /**
     * Uses the state up. Empty when it is unknown, used or too old, and when another browser brings it.
     *
     * @param browser the browser's cookie, or null
     */
    Optional<Flow> take(AppState app, String state, @Nullable String browser) {
        return STATE.matcher(state).matches()
                ? sql.first(app, TAKE, Tuple.of(hash(state)))
                        .filter(row -> row.getBoolean("alive") && sameBrowser(row.getBuffer("browser_hash"), browser))
                        .map(row -> flow(row, browser))
                : Optional.empty();
    }

    String verifier(AppState app, String state) {
        return text(mac.of("pkce", app.appId().value(), state));
    }

    String nonce(AppState app, String state) {
        return text(mac.of("nonce", app.appId().value(), state));
    }

    /** The value of a browser's cookie, if it may be one of ours; a new one otherwise. */
    String browser(@Nullable String cookie) {
        return cookie != null && BROWSER.matcher(cookie).matches() ? cookie : secret();
    }

    private static boolean sameBrowser(@Nullable Buffer expected, @Nullable String browser) {
        return expected == null
                || (browser != null
                        && MessageDigest.isEqual(
                                expected.getBytes(), hash(browser).getBytes()));
    }

    private static Flow flow(Row row, @Nullable String browser) {
        UUID user = row.getUUID("user_id");
        return new Flow(
                new ProviderName(row.getString("provider")),
                row.getString("redirect_uri"),
                row.getString("redirect_to"),
                browser,
                user == null ? null : new Linker(user, row.getUUID("session_id")));
    }

    private String secret() {
        byte[] bytes = new byte[STATE_BYTES];
        random.nextBytes(bytes);
        return text(bytes);
    }

    static String challenge(String verifier) {
        return text(hash(verifier).getBytes());
    }

    private static Buffer hash(String text) {
        try {
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
