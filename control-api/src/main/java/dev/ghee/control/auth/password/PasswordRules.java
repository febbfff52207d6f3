package dev.ghee.control.auth.password;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.policy.AuthPolicies;
import dev.ghee.control.auth.policy.PasswordPolicy;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** What a new password needs, by the app's policy. Lengths are in Unicode code points. */
@ApplicationScoped
public class PasswordRules {
    /** A bound on the work of hashing, far above what people type. */
    public static final int MAX_LENGTH = 256;

    private final AuthPolicies policies;
    private final CommonPasswords common;
    private final BreachedPasswords breached;

    PasswordRules(AuthPolicies policies, CommonPasswords common, BreachedPasswords breached) {
        this.policies = policies;
        this.common = common;
        this.breached = breached;
    }

    /**
     * Fails with 400 and the broken rules, in words for people, as details. Waits: call from a virtual thread, and after
     * the call was counted, since a service outside may be asked.
     */
    public void require(AppState app, String password) {
        PasswordPolicy policy = policies.of(app.appId()).password();
        List<String> broken = violations(password, policy);
        if (broken.isEmpty() && common.contains(password, policy.common())) {
            broken.add("Password is one of the commonest; choose another one");
        }
        if (broken.isEmpty() && policy.refuseBreached() && breached.contain(password)) {
            broken.add("Password has appeared in a data breach; choose another one");
        }
        refuse(broken);
    }

    /** The same by the default rules of shape, for people who have no app's policy: the platform's own. */
    public static void require(String password) {
        refuse(violations(password, PasswordPolicy.DEFAULT));
    }

    private static void refuse(List<String> broken) {
        if (!broken.isEmpty()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "Password does not meet the requirements")
                    .withDetails(broken);
        }
    }

    /** Every rule of shape that the password breaks. */
    static List<String> violations(String password, PasswordPolicy policy) {
        List<String> broken = new ArrayList<>();
        int length = password.codePointCount(0, password.length());
        if (length < policy.minLength()) {
            broken.add("Password must have at least " + policy.minLength() + " characters");
        }
        if (length > MAX_LENGTH) {
            broken.add("Password must have at most " + MAX_LENGTH + " characters");
        }
        if (policy.requireUppercase() && lacks(password, Character::isUpperCase)) {
            broken.add("Password must contain an uppercase letter");
        }
        if (policy.requireLowercase() && lacks(password, Character::isLowerCase)) {
            broken.add("Password must contain a lowercase letter");
        }
        if (policy.requireDigit() && lacks(password, Character::isDigit)) {
            broken.add("Password must contain a digit");
        }
        if (policy.requireSpecial()
                && lacks(password, c -> !Character.isLetterOrDigit(c) && !Character.isWhitespace(c))) {
            broken.add("Password must contain a special character");
        }
        return broken;
    }

    private static boolean lacks(String password, IntPredicate wanted) {
        return password.codePoints().noneMatch(wanted);
    }
}
