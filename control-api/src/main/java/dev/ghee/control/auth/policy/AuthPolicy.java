package dev.ghee.control.auth.policy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How people sign in to an app. Absent parts are the defaults, which are the contract's.
 *
 * @param preventEnumeration whether signing up tells nobody that an address has an account
 * @param captcha null when none is asked for
 * @param smtp null when mail goes through the platform's server
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AuthPolicy(
        PasswordPolicy password,
        @JsonProperty("prevent_enumeration") boolean preventEnumeration,
        @Nullable CaptchaPolicy captcha,
        @Nullable SmtpPolicy smtp) {
    public static final AuthPolicy DEFAULT = new AuthPolicy(PasswordPolicy.DEFAULT, false, null, null);

    @SuppressWarnings("NullAway") // Jackson gives null for what is missing
    public AuthPolicy {
        password = Objects.requireNonNullElse(password, PasswordPolicy.DEFAULT);
    }

    AuthPolicy with(PasswordPolicy newPassword) {
        return new AuthPolicy(newPassword, preventEnumeration, captcha, smtp);
    }

    AuthPolicy preventingEnumeration(boolean prevent) {
        return new AuthPolicy(password, prevent, captcha, smtp);
    }

    AuthPolicy with(@Nullable CaptchaPolicy newCaptcha) {
        return new AuthPolicy(password, preventEnumeration, newCaptcha, smtp);
    }

    AuthPolicy withSmtp(@Nullable SmtpPolicy newSmtp) {
        return new AuthPolicy(password, preventEnumeration, captcha, newSmtp);
    }
}
