package dev.ghee.control.auth.limit;

import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Limits per app and client address, which stop a machine, and per app and account, which stop many machines that are
 * after one account. One app's clients never use up another's. An address from which somebody has signed in to the
 * account before is not subject to the account's limit, only to its own: whoever guesses elsewhere cannot lock the
 * owner out there. Counts are shared by all processes. Waits: call from a virtual thread.
 */
@ApplicationScoped
public class RateLimits {
    private static final int ACCOUNT = 1;

    private final EndUserAuthConfig.Limit limits;
    private final AttemptCounts counts;
    private final MasterKey.Hmac names;
    private final Optional<String> bypassToken;

    RateLimits(
            EndUserAuthConfig config,
            AttemptCounts counts,
            MasterKey key,
            @ConfigProperty(name = "ghee.rate-limit.bypass-token") Optional<String> bypassToken) {
        this.limits = config.limit();
        this.counts = counts;
        this.names = key.hmac("rate limits");
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
        RESET_PASSWORD(EndUserAuthConfig.Limit::resetPerAddress, EndUserAuthConfig.Limit::resetPerAccount),
        /** The account is the user's id. */
        CHANGE_PASSWORD(EndUserAuthConfig.Limit::changePerAddress, EndUserAuthConfig.Limit::changePerAccount),
        /** The account is the app. */
        TEST_MAIL(_ -> 20, _ -> 20),
        MAGIC_LINK(EndUserAuthConfig.Limit::magicPerAddress, EndUserAuthConfig.Limit::magicPerAccount),
        MAGIC_VERIFY(EndUserAuthConfig.Limit::magicVerifyPerAddress, EndUserAuthConfig.Limit::magicVerifyPerAccount),
        FACTOR(EndUserAuthConfig.Limit::factorPerAddress, EndUserAuthConfig.Limit::factorPerAccount),
        ANONYMOUS(EndUserAuthConfig.Limit::anonymousPerAddress, EndUserAuthConfig.Limit::anonymousPerAddress),
        UPGRADE(EndUserAuthConfig.Limit::upgradePerAddress, EndUserAuthConfig.Limit::upgradePerAccount),
        PASSKEY(EndUserAuthConfig.Limit::passkeyPerAddress, EndUserAuthConfig.Limit::passkeyPerAccount),
        /** Leaving for a provider, and coming back; counted by address only. */
        OAUTH(EndUserAuthConfig.Limit::oauthPerAddress, EndUserAuthConfig.Limit::oauthPerAddress);

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
        String block = AddressBlock.of(clientAddress);
        List<Budget> budgets = new ArrayList<>(2);
        budgets.add(new Budget(key(app, route.name() + " address", block), route.perAddress.applyAsInt(limits)));
        if (account != null) {
            budgets.add(new Budget(key(app, route.name() + " account", account), route.perAccount.applyAsInt(limits)));
        }
        Verdict verdict = counts.take(budgets);
        if (verdict.over() == Verdict.NONE) {
            return;
        }
        if (account != null && verdict.over() == ACCOUNT && counts.marked(known(app, account, block))) {
            return;
        }
        throw new GheeException(ErrorCode.QUOTA_RATE_LIMIT, "Too many requests; try again later")
                .withHeader(
                        "Retry-After",
                        Long.toString(Math.max(1, verdict.closesIn().toSeconds())));
    }

    /** Somebody has signed in to the account from this address: nobody elsewhere locks the account for it. */
    public void signedIn(AppId app, String clientAddress, String account) {
        counts.mark(known(app, account, AddressBlock.of(clientAddress)), limits.knownAddress());
    }

    private String known(AppId app, String account, String block) {
        return key(app, "known", account, block);
    }

    /** Names nobody: Valkey holds no addresses of people. The braces keep an app's keys on one node of a cluster. */
    private String key(AppId app, String kind, String... parts) {
        String[] all = new String[parts.length + 2];
        all[0] = app.value();
        all[1] = kind;
        System.arraycopy(parts, 0, all, 2, parts.length);
        return "ghee:limit:{" + app.value() + "}:" + HexFormat.of().formatHex(names.of(all));
    }

    private boolean mayBypass(@Nullable String sent) {
        return sent != null
                && bypassToken.isPresent()
                && MessageDigest.isEqual(
                        bypassToken.get().getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }
}
