package dev.ghee.control.account;

import dev.ghee.control.auth.mail.PlatformMail;
import dev.ghee.control.auth.password.PasswordHasher;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Signing in with a password, in a program or on a page. Waits: call from a virtual thread. */
@RequestScoped
public class PersonSignIn {
    private static final Logger LOG = Logger.getLogger(PersonSignIn.class);

    private final PersonStore persons;
    private final PersonSessions sessions;
    private final PasswordHasher hasher;
    private final Limits limits;
    private final CurrentRequest request;

    PersonSignIn(
            PersonStore persons,
            PersonSessions sessions,
            PasswordHasher hasher,
            Limits limits,
            CurrentRequest request) {
        this.persons = persons;
        this.sessions = sessions;
        this.hasher = hasher;
        this.limits = limits;
        this.request = request;
    }

    /**
     * Starts a session. Does the same work, and says the same, whether the address or the password is wrong: 401
     * {@code AUTH_INVALID_TOKEN}. Fails with 429 after too many tries.
     */
    PersonSessions.Granted withPassword(Email email, String password, PersonSessions.Kind kind) {
        limits.take(Limits.Route.LOGIN, email.value());
        Optional<PersonStore.WithPassword> found = persons.find(email);
        String stored = found.map(PersonStore.WithPassword::hash).orElse(null);
        if (!hasher.matches(PlatformMail.PLATFORM, password, stored) || found.isEmpty()) {
            LOG.infof("Platform sign-in refused: address=%s", request.clientAddress());
            throw wrong();
        }
        Person person = found.get().person();
        if (hasher.outdated(found.get().hash())) {
            persons.renewHash(person, found.get().hash(), hasher.hash(PlatformMail.PLATFORM, password));
        }
        return start(person, kind);
    }

    /** The same in a browser; gives the token of the session. Text that is no address is a wrong address. */
    public RandomToken inBrowser(String email, String password) {
        Email address = Email.parse(email).orElseThrow(PersonSignIn::wrong);
        return withPassword(address, password, PersonSessions.Kind.BROWSER).token();
    }

    private static GheeException wrong() {
        return new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "The address or the password is wrong");
    }

    /** Starts a session of somebody who has just proved the address. */
    PersonSessions.Granted start(Person person, PersonSessions.Kind kind) {
        return sessions.start(person, kind, request.clientAddress(), request.userAgent());
    }
}
