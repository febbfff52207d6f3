package dev.ghee.control.auth.limit;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Limits per app and client address, which stop a machine, and per app and account, which stop many machines that are
 * after one account. One app's clients never use up another's.
 */
@ApplicationScoped
public class RateLimits {
    private final EndUserAuthConfig.Limit limits;
    private final AttemptWindows windows;
    private final Optional<String> bypassToken;

    RateLimits(
            EndUserAuthConfig config,
            @ConfigProperty(name = "ghee.rate-limit.bypass-token") Optional<String> bypassToken) {
        this.limits = config.limit();
        this.windows = new AttemptWindows(limits.window(), Ticker.systemTicker());
        this.bypassToken = bypassToken.filter(token -> !token.isBlank());
    }

    /** A limited route. */
    public enum Route {
        SIGNUP(EndUserAuthConfig.Limit::signupPerAddress, EndUserAuthConfig.Limit::signupPerAccount),
        LOGIN(EndUserAuthConfig.Limit::loginPerAddress, EndUserAuthConfig.Limit::loginPerAccount),
        /** The account is the refresh token. */
        REFRESH(EndUserAuthConfig.Limit::refreshPerAddress, EndUserAuthConfig.Limit::refreshPerToken),
        VERIFY_EMAIL(EndUserAuthConfig.Limit::verifyPerAddress, EndUserAuthConfig.Limit::verifyPerAccount),
        FORGOT_PASSWORD(EndUserAuthConfig.Limit::forgotPerAddress, EndUserAuthConfig.Limit::forgotPerAccount),
        RESET_PASSWORD(EndUserAuthConfig.Limit::resetPerAddress, EndUserAuthConfig.Limit::resetPerAccount);

        private final ToIntFunction<EndUserAuthConfig.Limit> perAddress;
        private final ToIntFunction<EndUserAuthConfig.Limit> perAccount;

        Route(ToIntFunction<EndUserAuthConfig.Limit> perAddress, ToIntFunction<EndUserAuthConfig.Limit> perAccount) {
            this.perAddress = perAddress;
            this.perAccount = perAccount;
        }
    }

    /**
     * Counts a call, and fails with 429 {@code QUOTA_RATE_LIMIT} and {@code Retry-After} when it is one too many.
     *
     * @param account what the call is after, or null when there is nothing to count by
     * @param bypass header {@code x-rate-limit-bypass}; with the configured token nothing is counted
     */
    public void take(Route route, AppId app, String clientAddress, @Nullable String account, @Nullable String bypass) {
        if (mayBypass(bypass)) {
            return;
        }
        String prefix = route.name() + ' ' + app.value() + ' ';
        take(prefix + "address " + AddressBlock.of(clientAddress), route.perAddress.applyAsInt(limits));
        if (account != null) {
            take(prefix + "account " + account, route.perAccount.applyAsInt(limits));
        }
    }

    private void take(String key, int limit) {
        Duration wait = windows.take(key, limit);
        if (wait.isPositive()) {
            throw new GheeException(ErrorCode.QUOTA_RATE_LIMIT, "Too many requests; try again later")
                    .withHeader("Retry-After", Long.toString(Math.max(1, wait.toSeconds())));
        }
    }

    private boolean mayBypass(@Nullable String sent) {
        return sent != null
                && bypassToken.isPresent()
                && MessageDigest.isEqual(
                        bypassToken.get().getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }
}
