package dev.ghee.control.auth.policy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a new password needs.
 *
 * @param minLength in Unicode code points, 6 to 64
 * @param common whether the commonest passwords are refused
 * @param refuseBreached whether a service outside is asked for the password's first five digits of SHA-1
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PasswordPolicy(
        @JsonProperty("min_length") int minLength,
        @JsonProperty("require_uppercase") boolean requireUppercase,
        @JsonProperty("require_lowercase") boolean requireLowercase,
        @JsonProperty("require_digit") boolean requireDigit,
        @JsonProperty("require_special") boolean requireSpecial,
        @JsonProperty("refuse_common") Common common,
        @JsonProperty("refuse_breached") boolean refuseBreached) {
    static final int SHORTEST = 6;
    static final int LONGEST = 64;

    public static final PasswordPolicy DEFAULT = new PasswordPolicy(8, true, true, true, true, Common.EXACT, false);

    /** How near a password may come to one of the commonest. */
    public enum Common {
        /** Nothing is looked up. */
        @JsonProperty("off")
        OFF,
        /** The commonest are refused, however they are capitalised. */
        @JsonProperty("exact")
        EXACT,
        /** Also with signs and digits before or behind, or letters replaced by look-alikes: {@code P@ssw0rd2024!}. */
        @JsonProperty("variants")
        VARIANTS
    }

    @SuppressWarnings("ConstantValue") // Jackson gives null for what is missing
    public PasswordPolicy {
        if (common == null) {
            common = Common.EXACT;
        }
    }

    /** What to change; null leaves as it is. */
    record Patch(
            @JsonProperty("min_length") @Nullable Integer minLength,
            @JsonProperty("require_uppercase") @Nullable Boolean requireUppercase,
            @JsonProperty("require_lowercase") @Nullable Boolean requireLowercase,
            @JsonProperty("require_digit") @Nullable Boolean requireDigit,
            @JsonProperty("require_special") @Nullable Boolean requireSpecial,
            @JsonProperty("refuse_common") @Nullable Common common,
            @JsonProperty("refuse_breached") @Nullable Boolean refuseBreached) {

        PasswordPolicy applyTo(PasswordPolicy now) {
            return new PasswordPolicy(
                    minLength == null ? now.minLength : minLength,
                    requireUppercase == null ? now.requireUppercase : requireUppercase,
                    requireLowercase == null ? now.requireLowercase : requireLowercase,
                    requireDigit == null ? now.requireDigit : requireDigit,
                    requireSpecial == null ? now.requireSpecial : requireSpecial,
                    common == null ? now.common : common,
                    refuseBreached == null ? now.refuseBreached : refuseBreached);
        }
    }
}
