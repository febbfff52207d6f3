package dev.ghee.control.data;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** Limits of the data API. */
@ConfigMapping(prefix = "ghee.data-api")
public interface DataApiConfig {
    /** Rows in a list when the request names no {@code limit}; absent means as many as {@link #maxRows()}. */
    OptionalInt defaultRows();

    /**
     * Most rows in one answer. A {@code limit} above it is {@code VALIDATION_INVALID_INPUT}; a list without limit that
     * is longer ends there, and says so in a {@code Link} header; a filtered update of more rows changes none.
     */
    @WithDefault("10000")
    int maxRows();

    /** Most filters in one request; more are {@code VALIDATION_INVALID_INPUT}. */
    @WithDefault("50")
    int maxFilters();

    /** Most values in one {@code in.(…)}; more are {@code VALIDATION_INVALID_INPUT}. */
    @WithDefault("1000")
    int maxInValues();

    /** Longest query string in characters; more are {@code VALIDATION_INVALID_INPUT}. */
    @WithDefault("32768")
    int maxQueryLength();

    /** Most rows in one insert; more are {@code VALIDATION_INVALID_INPUT}. */
    @WithDefault("1000")
    int maxInsertRows();

    /** After this long the tables of an app are read again in the background: another replica may have changed them. */
    @WithDefault("PT5S")
    Duration catalogTtl();
}
