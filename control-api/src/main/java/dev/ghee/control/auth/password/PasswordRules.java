package dev.ghee.control.auth.password;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** What a password needs. Lengths are in Unicode code points. */
public final class PasswordRules {
    static final int MIN_LENGTH = 8;

    /** A bound on the work of hashing, far above what people type. */
    public static final int MAX_LENGTH = 256;

    private PasswordRules() {}

    /** Every rule that the password breaks, in words for people; empty when it is accepted. */
    public static List<String> violations(String password) {
        List<String> broken = new ArrayList<>();
        int length = password.codePointCount(0, password.length());
        if (length < MIN_LENGTH) {
            broken.add("Password must have at least " + MIN_LENGTH + " characters");
        }
        if (length > MAX_LENGTH) {
            broken.add("Password must have at most " + MAX_LENGTH + " characters");
        }
        if (lacks(password, Character::isUpperCase)) {
            broken.add("Password must contain an uppercase letter");
        }
        if (lacks(password, Character::isLowerCase)) {
            broken.add("Password must contain a lowercase letter");
        }
        if (lacks(password, Character::isDigit)) {
            broken.add("Password must contain a digit");
        }
        if (lacks(password, c -> !Character.isLetterOrDigit(c) && !Character.isWhitespace(c))) {
            broken.add("Password must contain a special character");
        }
        return broken;
    }

    /** Fails with 400 and the broken rules as details. */
    public static void require(String password) {
        List<String> broken = violations(password);
        if (!broken.isEmpty()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "Password does not meet the requirements")
                    .withDetails(broken);
        }
    }

    private static boolean lacks(String password, IntPredicate wanted) {
        return password.codePoints().noneMatch(wanted);
    }
}
