package dev.ghee.control.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Sign-in of the people who own apps. */
@ConfigMapping(prefix = "ghee.platform")
public interface PlatformConfig {
    /** Who may make an account. Whoever has one may own apps, so it takes an invitation unless this says {@code open}. */
    @WithDefault("closed")
    SignUp signup();

    /** How long a platform token works. It cannot be called back before. */
    @WithDefault("PT15M")
    Duration accessTokenTtl();

    /** A session that is not refreshed for this long ends. */
    @WithDefault("P30D")
    Duration refreshTokenTtl();

    /** Racing uses of one refresh token within this time after the first get the same successor. */
    @WithDefault("PT10S")
    Duration refreshGrace();

    /** How long somebody stays signed in on the platform's own pages. */
    @WithDefault("PT12H")
    Duration browserSessionTtl();

    /** How long a mailed code works. */
    @WithDefault("PT30M")
    Duration codeTtl();

    /** Who may make an account. */
    enum SignUp {
        OPEN,
        CLOSED
    }
}
