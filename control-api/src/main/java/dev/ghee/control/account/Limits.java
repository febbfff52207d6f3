package dev.ghee.control.account;

import dev.ghee.control.auth.limit.AddressBlock;
import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.CallerResolver;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.RequestScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * How often the platform's own sign-in routes may be called, per client address and per account. Counted in the
 * control database: these routes are rare, and a limit that every process counts apart is no limit.
 */
@RequestScoped
public class Limits {
    private static final String TAKE = """
            INSERT INTO platform_attempt AS a (key, window_ends, calls)
            VALUES ($1, now() + make_interval(secs => $2), 1)
            ON CONFLICT (key) DO UPDATE SET
              calls = CASE WHEN a.window_ends <= now() THEN 1 ELSE least(a.calls + 1, 1000000) END,
              window_ends = CASE WHEN a.window_ends <= now() THEN excluded.window_ends ELSE a.window_ends END
            RETURNING calls, ceil(extract(epoch FROM window_ends - now()))::bigint AS seconds_left""";
    private static final String FORGET = """
            DELETE FROM platform_attempt WHERE key IN (
              SELECT key FROM platform_attempt WHERE window_ends < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)""";
    /** One in so many calls tidies up. */
    private static final int TIDY = 64;

    private final ControlSql sql;
    private final CurrentRequest request;
    private final Optional<String> bypassToken;

    Limits(
            ControlSql sql,
            CurrentRequest request,
            @ConfigProperty(name = "ghee.rate-limit.bypass-token") Optional<String> bypassToken) {
        this.sql = sql;
        this.request = request;
        this.bypassToken = bypassToken.filter(token -> !token.isBlank());
    }

    /** A limited route. */
    public enum Route {
        SIGN_UP(Duration.ofHours(1), 10, 3),
        /** More per account than per address: a stranger with one machine locks nobody out. */
        LOGIN(Duration.ofMinutes(15), 20, 50),
        FORGOT_PASSWORD(Duration.ofHours(1), 10, 3),
        /** The account is the secret that the code belongs to. */
        CODE(Duration.ofMinutes(15), 20, 10),
        /** The account is the refresh token. */
        REFRESH(Duration.ofMinutes(15), 600, 20),
        /** Whoever invites sends mail to strangers. */
        INVITE(Duration.ofHours(1), 100, 50),
        /** By the contract. */
        REGISTER_CLIENT(Duration.ofHours(1), 10, Integer.MAX_VALUE),
        DEVICE_START(Duration.ofHours(1), 60, Integer.MAX_VALUE),
        /** Guesses at user codes; the account is the person who guesses. */
        DEVICE_CODE(Duration.ofMinutes(15), 20, 10);

        private final Duration window;
        private final int perAddress;
        private final int perAccount;

        Route(Duration window, int perAddress, int perAccount) {
            this.window = window;
            this.perAddress = perAddress;
            this.perAccount = perAccount;
        }
    }

    /**
     * Counts a call, and fails with 429 {@code QUOTA_RATE_LIMIT} and {@code Retry-After} when it is one too many.
     * Waits: call from a virtual thread.
     *
     * @param account what the call is after, or null when there is nothing to count by
     */
    public void take(Route route, @Nullable String account) {
        if (mayBypass()) {
            return;
        }
        take(route, "address", AddressBlock.of(request.clientAddress()), route.perAddress);
        if (account != null) {
            take(route, "account", account, route.perAccount);
        }
        if (ThreadLocalRandom.current().nextInt(TIDY) == 0) {
            sql.update(FORGET, Tuple.tuple());
        }
    }

    private void take(Route route, String by, String whom, int limit) {
        String key = route + " " + by + " " + CallerResolver.sha256(whom);
        Row row = sql.first(TAKE, Tuple.of(key, (double) route.window.toSeconds()))
                .orElseThrow();
        if (row.getInteger("calls") > limit) {
            throw new GheeException(ErrorCode.QUOTA_RATE_LIMIT, "Too many requests; try again later")
                    .withHeader("Retry-After", Long.toString(Math.max(1, row.getLong("seconds_left"))));
        }
    }

    private boolean mayBypass() {
        String sent = request.header("x-rate-limit-bypass");
        return sent != null
                && bypassToken.isPresent()
                && MessageDigest.isEqual(
                        bypassToken.get().getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }
}
