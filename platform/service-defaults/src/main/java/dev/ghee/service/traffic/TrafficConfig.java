package dev.ghee.service.traffic;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who may call from a browser, and how often anybody may. */
@ConfigMapping(prefix = "ghee")
public interface TrafficConfig {
    /** An app's own site is {@code <subdomain>.<this>}: that origin may call the app. */
    @WithDefault("localhost")
    String baseDomain();

    /** Paths whose routes take bodies as they come, with limits of their own; a regular expression for whole paths. */
    Optional<Pattern> streamedPaths();

    /** Calls from browsers. */
    Cors cors();

    /** Calls per app, route and minute. */
    RateLimit rateLimit();

    /** Calls from browsers. */
    interface Cors {
        /** Origins of dashboards, which may call every route. Apps have lists of their own. */
        @WithDefault("http://localhost:3000")
        List<String> dashboards();
    }

    /** Calls per app, route and minute. */
    interface RateLimit {
        /**
         * Calls per app, route and minute in one process, unless the app has a limit of its own; more answer 429
         * {@code REQUEST_ERROR}. 0 means no limit.
         */
        @WithDefault("3000")
        int requestsPerMinute();

        /** A request whose header {@code x-rate-limit-bypass} has this value is not counted. */
        Optional<String> bypassToken();
    }
}
