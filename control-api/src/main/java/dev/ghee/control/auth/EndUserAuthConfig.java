package dev.ghee.control.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.OptionalInt;

/** Sign-in of apps' own users. */
@ConfigMapping(prefix = "ghee.end-user-auth")
public interface EndUserAuthConfig {
    /**
     * Racing tabs that present the same refresh token within this time after its first use get the same successor;
     * later it counts as stolen and the whole session ends.
     */
    @WithDefault("PT10S")
    Duration refreshGrace();

    /** How long an administrator may act as a user with one token. */
    @WithDefault("PT15M")
    Duration impersonation();

    /** How passwords are hashed. */
    Password password();

    /** Mailed codes. */
    Code code();

    /** How often the routes may be called in {@link Limit#window()}; more answers 429. */
    Limit limit();

    /** Mail that waits for the mail server. */
    Mail mail();

    /** Argon2id. Stored hashes carry their own parameters and are renewed at the next sign-in. */
    interface Password {
        /** KiB per hash. */
        @WithDefault("19456")
        @Min(7168)
        int memoryKib();

        @WithDefault("2")
        @Min(1)
        int iterations();

        @WithDefault("1")
        @Min(1)
        int parallelism();

        /** Threads that hash; half the processors, at least one, when absent. */
        OptionalInt threads();

        /** Most that wait for a thread, over all apps; more answers 503 with {@code Retry-After}. */
        @WithDefault("256")
        @Min(1)
        int queue();

        /** Most that wait for a thread for one app. */
        @WithDefault("64")
        @Min(1)
        int queuePerApp();

        /** Longest wait; after it 503 with {@code Retry-After}. */
        @WithDefault("PT10S")
        Duration patience();
    }

    /** Codes prove that somebody reads a mailbox. */
    interface Code {
        @WithDefault("PT24H")
        Duration verifyTtl();

        @WithDefault("PT1H")
        Duration resetTtl();

        /** For signing in by a mailed code or link. */
        @WithDefault("PT15M")
        Duration magicTtl();

        /** For the address of an anonymous user that becomes a full one. */
        @WithDefault("PT1H")
        Duration upgradeTtl();

        /** Wrong guesses after which a code is dead. */
        @WithDefault("5")
        @Min(1)
        int attempts();

        /** Wrong guesses at one account's codes, new ones included, within 24 hours; then all of them are refused. */
        @WithDefault("20")
        @Min(1)
        int attemptsPerDay();
    }

    /** Calls per window. An address is an IPv4 address or an IPv6 /64; an account is an e-mail address of an app. */
    interface Limit {
        @WithDefault("PT15M")
        Duration window();

        /** How long an address is remembered from which somebody signed in to an account. */
        @WithDefault("P90D")
        Duration knownAddress();

        /** Longest wait for Valkey; after it the process counts alone. */
        @WithDefault("PT0.25S")
        Duration sharedPatience();

        /** After Valkey did not answer: how long it is not asked, so that an outage delays nobody. */
        @WithDefault("PT2S")
        Duration sharedPause();

        @WithDefault("5")
        int signupPerAddress();

        @WithDefault("5")
        int signupPerAccount();

        @WithDefault("10")
        int loginPerAddress();

        /** More than per address, so that a stranger cannot lock somebody out with one machine. */
        @WithDefault("50")
        int loginPerAccount();

        /** Whole offices share an address, and a refresh token cannot be guessed. */
        @WithDefault("600")
        int refreshPerAddress();

        /** Per refresh token. */
        @WithDefault("20")
        int refreshPerToken();

        @WithDefault("10")
        int verifyPerAddress();

        @WithDefault("10")
        int verifyPerAccount();

        @WithDefault("3")
        int forgotPerAddress();

        @WithDefault("3")
        int forgotPerAccount();

        @WithDefault("10")
        int changePerAddress();

        @WithDefault("10")
        int changePerAccount();

        @WithDefault("5")
        int resetPerAddress();

        @WithDefault("5")
        int resetPerAccount();

        @WithDefault("5")
        int magicPerAddress();

        @WithDefault("5")
        int magicPerAccount();

        @WithDefault("10")
        int magicVerifyPerAddress();

        @WithDefault("10")
        int magicVerifyPerAccount();

        /** Second factors; the account is the user. Wrong codes have a limit of their own. */
        @WithDefault("60")
        int factorPerAddress();

        @WithDefault("30")
        int factorPerAccount();

        /** Users made for nobody in particular. */
        @WithDefault("30")
        int anonymousPerAddress();

        /** An anonymous user that wants an address; the account is the user. */
        @WithDefault("10")
        int upgradePerAddress();

        @WithDefault("5")
        int upgradePerAccount();

        /** Passkeys; the account is the user, and there is none before one has signed in. */
        @WithDefault("60")
        int passkeyPerAddress();

        @WithDefault("30")
        int passkeyPerAccount();

        /** A sign-in with another provider is two calls; whole offices share an address. */
        @WithDefault("300")
        int oauthPerAddress();
    }

    /** Kept in the control database until it is sent, or until its code has expired. */
    interface Mail {
        /** First pause after a failure; doubles with every further one, to at most ten minutes. */
        @WithDefault("PT5S")
        Duration retry();

        /** How often each process looks for mail that another one left behind. */
        @WithDefault("PT5S")
        Duration poll();
    }
}
