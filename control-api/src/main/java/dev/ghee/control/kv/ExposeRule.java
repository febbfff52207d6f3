package dev.ghee.control.kv;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.Arrays;
import java.util.Locale;

/** Who may read and write keys of a pattern without a key of the app. */
record ExposeRule(ExposePattern pattern, Role read, Role write, int order) {
    /** Somebody who may. */
    enum Role {
        /** Everybody. */
        PUBLIC,
        /** Signed-in users of the app. */
        AUTHED,
        /** The user whom the key names. */
        OWNER,
        DENY;

        /** Fails with {@code VALIDATION_INVALID_INPUT}. */
        static Role of(String wireName) {
            return Arrays.stream(values())
                    .filter(role -> role.wireName().equals(wireName))
                    .findFirst()
                    .orElseThrow(() -> new GheeException(
                            ErrorCode.VALIDATION_INVALID_INPUT, "read and write are public, authed, owner or deny"));
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Fails with {@code VALIDATION_INVALID_INPUT} when a key of the pattern could have no owner. */
    ExposeRule {
        if ((read == Role.OWNER || write == Role.OWNER) && !pattern.namesTheUser()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "The role owner needs {user.id} in the pattern");
        }
    }

    boolean allows(KvCaller.Guest guest, KvAccess access, String key) {
        return switch (access == KvAccess.READ ? read : write) {
            case PUBLIC -> true;
            case AUTHED -> guest instanceof KvCaller.User;
            case OWNER -> guest instanceof KvCaller.User user && pattern.isOf(user, key);
            case DENY -> false;
        };
    }
}
