package dev.ghee.control.auth.policy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * An app's own mail server.
 *
 * @param username null for a server that asks for none
 * @param sealedSecret the password, sealed for the app; null without a user name
 * @param from who the app's mail comes from
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SmtpPolicy(
        String host,
        int port,
        Security security,
        @Nullable String username,
        @JsonProperty("sealed_secret") @Nullable String sealedSecret,
        String from) {
    /** How the connection is kept from being read. */
    public enum Security {
        /** Begins in the clear and must become TLS before anything is said. */
        @JsonProperty("starttls")
        STARTTLS,
        @JsonProperty("tls")
        TLS,
        /** In the clear; without a user name only. */
        @JsonProperty("none")
        NONE
    }

    @Override
    public String toString() {
        return "SmtpPolicy[" + host + ":" + port + "]";
    }
}
