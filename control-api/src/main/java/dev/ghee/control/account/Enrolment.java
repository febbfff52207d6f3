package dev.ghee.control.account;

import dev.ghee.control.auth.Background;
import dev.ghee.control.auth.mail.PlatformMail;
import dev.ghee.control.auth.password.PasswordHasher;
import dev.ghee.control.auth.password.PasswordRules;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.control.secret.ShortCode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/**
 * Getting an account, and getting back into it. Says and does the same whether an address has an account or not; only
 * the mail tells, to whoever reads it. Waits: call from a virtual thread.
 */
@ApplicationScoped
class Enrolment {
    private final PersonStore persons;
    private final PendingStore pending;
    private final PersonSessions sessions;
    private final PasswordHasher hasher;
    private final PlatformMail mail;
    private final PlatformConfig config;
    private final Invitations invitations;
    private final Background background;

    Enrolment(
            PersonStore persons,
            PendingStore pending,
            PersonSessions sessions,
            PasswordHasher hasher,
            PlatformMail mail,
            PlatformConfig config,
            Invitations invitations,
            Background background) {
        this.persons = persons;
        this.pending = pending;
        this.sessions = sessions;
        this.hasher = hasher;
        this.mail = mail;
        this.config = config;
        this.invitations = invitations;
        this.background = background;
    }

    /**
     * Mails a code that makes the account. Fails with 400 for a password that breaks the rules, and with 403
     * {@code AUTH_FORBIDDEN} while sign-up is closed and nobody has invited the address.
     */
    RandomToken begin(Email email, String password, @Nullable String invitation) {
        boolean open = config.signup() == PlatformConfig.SignUp.OPEN;
        if (!open && (invitation == null || !invitations.holds(invitation, email))) {
            throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "Sign-up takes an invitation here");
        }
        PasswordRules.require(password);
        String hash = hasher.hash(PlatformMail.PLATFORM, password);
        boolean known = persons.find(email).isPresent();
        RandomToken secret = RandomToken.random();
        ShortCode code = ShortCode.random();
        pending.insert(secret, PendingStore.Purpose.SIGN_UP, email, hash, known ? null : code);
        if (known) {
            mail.send(email, "You have a Ghee account already", """
                    Somebody, probably you, asked for a Ghee account with this address. It has one.

                    Sign in with your password, or ask for a new one. If it was not you, ignore this mail.
                    """, config.codeTtl());
        } else {
            mail.send(email, "Your code for Ghee", codeText("make your Ghee account", code), config.codeTtl());
        }
        return secret;
    }

    /** Makes the account. Fails with 400 for a code that does not fit, and 409 when it was made meanwhile. */
    Person finish(String secret, String code) {
        PendingStore.Proved proved = take(secret, PendingStore.Purpose.SIGN_UP, code);
        String hash = proved.passwordHash();
        if (hash == null) {
            throw badCode();
        }
        return persons.insert(proved.email(), hash)
                .orElseThrow(() -> new GheeException(
                        ErrorCode.RESOURCE_ALREADY_EXISTS, "There is an account with this address by now"));
    }

    /** Mails a code that sets a new password, if there is an account; the work is done after the answer. */
    RandomToken beginReset(Email email) {
        RandomToken secret = RandomToken.random();
        background.run("platform reset", () -> {
            boolean known = persons.find(email).isPresent();
            ShortCode code = ShortCode.random();
            pending.insert(secret, PendingStore.Purpose.RESET, email, null, known ? code : null);
            if (known) {
                mail.send(
                        email,
                        "Your code for a new Ghee password",
                        codeText("set a new password", code),
                        config.codeTtl());
            }
        });
        return secret;
    }

    /** Sets the password and ends every session. Fails with 400. */
    void finishReset(String secret, String code, String password) {
        PasswordRules.require(password);
        PendingStore.Proved proved = take(secret, PendingStore.Purpose.RESET, code);
        String hash = hasher.hash(PlatformMail.PLATFORM, password);
        Person person = persons.setPassword(proved.email(), hash).orElseThrow(Enrolment::badCode);
        sessions.endAll(person.userId());
    }

    private PendingStore.Proved take(String secret, PendingStore.Purpose purpose, String code) {
        return RandomToken.parse(secret)
                .flatMap(token -> ShortCode.parse(code).flatMap(typed -> pending.take(token, purpose, typed)))
                .orElseThrow(Enrolment::badCode);
    }

    private String codeText(String what, ShortCode code) {
        return """
                Your code to %s:

                Code: %s

                It works once, for %d minutes, on the page that asked for it. If you did not ask, ignore this mail.
                """.formatted(what, code.shown(), config.codeTtl().toMinutes());
    }

    private static GheeException badCode() {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The code is wrong, used up or too old");
    }
}
