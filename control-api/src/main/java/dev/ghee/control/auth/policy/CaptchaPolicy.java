package dev.ghee.control.auth.policy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Who tells people from machines.
 *
 * @param sealedSecret the provider's secret, sealed for the app
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CaptchaPolicy(
        Provider provider, @JsonProperty("sealed_secret") String sealedSecret) {
    /** The services that are known. */
    public enum Provider {
        @JsonProperty("turnstile")
        TURNSTILE,
        @JsonProperty("hcaptcha")
        HCAPTCHA
    }

    @Override
    public String toString() {
        return "CaptchaPolicy[" + provider + "]";
    }
}
