package dev.ghee.control.auth.code;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A fresh one-time code: what goes into the mail and what is stored.
 *
 * @param code six digits
 * @param link a long secret that is enough on its own, or null when the purpose has none
 */
public record MailedCode(
        Purpose purpose,
        String code,
        byte[] codeHash,
        @Nullable String link,
        byte @Nullable [] linkHash,
        Duration ttl) {

    /** What a code may be used for. */
    public enum Purpose {
        VERIFY_EMAIL("verify_email"),
        RESET_PASSWORD("reset_password"),
        /** Signs in; the link is a whole URL then. */
        MAGIC_LINK("magic_link"),
        /** Gives an anonymous user its address. */
        UPGRADE_ACCOUNT("upgrade_account");

        private final String stored;

        Purpose(String stored) {
            this.stored = stored;
        }

        String stored() {
            return stored;
        }
    }

    @Override
    public String toString() {
        return "MailedCode[" + purpose + "]";
    }
}
