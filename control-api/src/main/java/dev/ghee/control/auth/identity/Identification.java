package dev.ghee.control.auth.identity;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserEvents;
import dev.ghee.control.auth.user.UserStore;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which user an identity is. First whoever has it; then, only if the provider has verified the address, the account of
 * that address:
 *
 * <ul>
 *   <li>an account whose own address is verified gets the identity added;
 *   <li>an account whose address nobody has ever proved may have been made by somebody who waits for the mailbox's owner
 *       to come. The owner gets it, and everything that opened it before is thrown out: password, identities, codes,
 *       sessions.
 * </ul>
 *
 * Everybody else is a new user. An address that the provider has not verified opens nothing and blocks nothing: it is
 * kept if it is free, and replaced by a placeholder if it is not. Waits: call from a virtual thread.
 */
@ApplicationScoped
public class Identification {
    /** Each round loses only to somebody else who did the same at the same moment. */
    private static final int ROUNDS = 4;

    private final IdentityStore store;
    private final UserStore users;
    private final UserEvents events;

    Identification(IdentityStore store, UserStore users, UserEvents events) {
        this.store = store;
        this.users = users;
        this.events = events;
    }

    /** A user. */
    public record Identified(User user, How how) {}

    /** How the user was found. */
    public enum How {
        KNOWN,
        /** The identity was added to the account that has its verified address. */
        LINKED,
        /** The account was taken from whoever had made it with somebody else's address. */
        RECLAIMED,
        NEW
    }

    public Identified identify(AppState app, ExternalIdentity identity) {
        for (int round = 0; round < ROUNDS; round++) {
            Optional<UUID> known = store.seen(app, identity);
            Optional<Identified> found = known.isPresent()
                    ? user(app, known.get(), How.KNOWN)
                    : byAddressOrNew(app, identity, round == 0 ? identity.placeholder() : unguessable(identity));
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new GheeException(ErrorCode.RESOURCE_CONFLICT, "Somebody else is signing in as the same user; try again");
    }

    /** Empty when something changed meanwhile. */
    private Optional<Identified> byAddressOrNew(AppState app, ExternalIdentity identity, Email placeholder) {
        Optional<Email> email = identity.email();
        if (email.isEmpty()) {
            return create(app, identity, placeholder, false);
        }
        Email address = email.get();
        Optional<IdentityStore.Account> account = store.account(app, address);
        if (account.isEmpty()) {
            return create(app, identity, address, identity.emailVerified());
        }
        if (!identity.emailVerified()) {
            return create(app, identity, placeholder, false);
        }
        UUID userId = account.get().userId();
        if (account.get().emailVerified()) {
            return store.linkByAddress(app, userId, identity, address)
                    ? user(app, userId, How.LINKED)
                    : refuseIfFull(app, userId);
        }
        return reclaim(app, userId, identity, address);
    }

    /** Somebody else signed up with the placeholder that could be guessed: it must not keep this user out. */
    private static Email unguessable(ExternalIdentity identity) {
        String guessable = identity.placeholder().value();
        return new Email(UUID.randomUUID() + guessable.substring(guessable.indexOf('@')));
    }

    private Optional<Identified> create(AppState app, ExternalIdentity identity, Email address, boolean verified) {
        return store.create(app, identity, address, verified).map(user -> new Identified(user, How.NEW));
    }

    private Optional<Identified> reclaim(AppState app, UUID userId, ExternalIdentity identity, Email address) {
        Optional<List<UUID>> ended = store.reclaim(app, userId, address);
        if (ended.isEmpty()) {
            return Optional.empty();
        }
        events.signedOutEverywhere(app, userId, ended.get());
        if (!store.linkByAddress(app, userId, identity, address)) {
            return Optional.empty();
        }
        store.profile(app, userId, identity);
        return user(app, userId, How.RECLAIMED);
    }

    private Optional<Identified> refuseIfFull(AppState app, UUID userId) {
        if (store.ofUser(app, userId).size() >= IdentityStore.MAX_IDENTITIES) {
            throw new GheeException(
                    ErrorCode.RESOURCE_CONFLICT,
                    "The account has " + IdentityStore.MAX_IDENTITIES + " identities already; unlink one first");
        }
        return Optional.empty();
    }

    private Optional<Identified> user(AppState app, UUID id, How how) {
        return users.find(app, id.toString()).map(user -> new Identified(user, how));
    }
}
