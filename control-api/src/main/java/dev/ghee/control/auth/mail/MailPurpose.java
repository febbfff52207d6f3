package dev.ghee.control.auth.mail;

import dev.ghee.control.auth.code.MailedCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a mail is for, and what its template may say. */
enum MailPurpose {
    VERIFY_EMAIL(Set.of("app", "email", "code", "expires")),
    RESET_PASSWORD(Set.of("app", "email", "code", "token", "expires")),
    MAGIC_LINK(Set.of("app", "email", "code", "link", "expires")),
    UPGRADE_ACCOUNT(Set.of("app", "email", "code", "expires")),
    ALREADY_REGISTERED(Set.of("app", "email"));

    private final Set<String> variables;

    MailPurpose(Set<String> variables) {
        this.variables = variables;
    }

    Set<String> variables() {
        return variables;
    }

    /** As in paths and in the database. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<MailPurpose> named(String name) {
        return Arrays.stream(values())
                .filter(purpose -> purpose.wireName().equals(name))
                .findFirst();
    }

    static MailPurpose of(MailedCode.Purpose code) {
        return switch (code) {
            case VERIFY_EMAIL -> VERIFY_EMAIL;
            case RESET_PASSWORD -> RESET_PASSWORD;
            case MAGIC_LINK -> MAGIC_LINK;
            case UPGRADE_ACCOUNT -> UPGRADE_ACCOUNT;
        };
    }
}
