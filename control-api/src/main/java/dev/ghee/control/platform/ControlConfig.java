package dev.ghee.control.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** How this installation presents itself. */
@ConfigMapping(prefix = "ghee")
public interface ControlConfig {
    /** Prefix of generated URLs: where clients reach the edge. */
    @WithDefault("http://127.0.0.1:4000")
    String publicUrl();

    /** Apps live at {@code <subdomain>.<this>}. */
    @WithDefault("localhost")
    String baseDomain();

    /** Who there is before anybody signed in. */
    Bootstrap bootstrap();

    /** The owner of a fresh installation. */
    interface Bootstrap {
        /**
         * A {@code bb_sk_} key of the bootstrap owner with scope {@code *}, made at start when it does not exist.
         * Without it, only holders of platform tokens can get in.
         */
        Optional<String> ownerKey();
    }
}
