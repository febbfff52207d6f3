package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * Another deployment of an app's site is live, or none is, as it is on {@code ghee.site-changes}: whoever remembers the
 * site has to read it again.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SiteChanged(AppId appId, Instant at) {
    public static final String TYPE = "site.changed";
    public static final int VERSION = 1;

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }
}
