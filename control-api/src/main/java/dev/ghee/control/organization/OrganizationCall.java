package dev.ghee.control.organization;

import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.platform.Account;
import dev.ghee.control.platform.Accounts;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import jakarta.enterprise.context.RequestScoped;
import java.util.UUID;

/** Who calls, and what it is in the organisation that the call is about. Waits: call from a virtual thread. */
@RequestScoped
class OrganizationCall {
    private final CurrentRequest request;
    private final Accounts accounts;

    OrganizationCall(CurrentRequest request, Accounts accounts) {
        this.request = request;
        this.accounts = accounts;
    }

    /** The account, of a person or of a key for a whole organisation. Fails like {@link Accounts#ofOrganization}. */
    Account anybody() {
        return Waiting.on(() -> request.caller().chain(accounts::ofOrganization));
    }

    boolean isPerson() {
        return Waiting.on(request::caller) instanceof Caller.PlatformOwner;
    }

    /** Fails with 403 {@code AUTH_FORBIDDEN} for keys: who belongs to an organisation is decided by people. */
    Account person() {
        Account account = anybody();
        requirePerson(Waiting.on(request::caller));
        return account;
    }

    /** The person's proved address. Fails with 403 {@code AUTH_FORBIDDEN} when its token has none. */
    String address() {
        String email = requirePerson(Waiting.on(request::caller)).email();
        if (email == null) {
            throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "Your token has no e-mail address");
        }
        return email;
    }

    /** A member with at least this role. Fails with 404 for everybody else, and 403 {@code AUTH_FORBIDDEN}. */
    Account member(UUID organization, OrganizationRole least) {
        return within(anybody(), organization).require(least);
    }

    /** The same, and it is a person. */
    Account memberInPerson(UUID organization, OrganizationRole least) {
        return within(person(), organization).require(least);
    }

    private Account within(Account account, UUID organization) {
        try {
            return Waiting.on(() -> request.caller()
                    .chain(caller -> accounts.inOrganization(caller, account, organization.toString())));
        } catch (GheeException e) {
            throw e.code() == ErrorCode.AUTH_ORG_FORBIDDEN ? notFound() : e;
        }
    }

    private static Caller.PlatformOwner requirePerson(Caller caller) {
        if (caller instanceof Caller.PlatformOwner person) {
            return person;
        }
        throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "This takes a person who is signed in, not a key");
    }

    /** The id in a path. Text that is none names an organisation that does not exist. */
    static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw notFound();
        }
    }

    static GheeException notFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Organisation not found");
    }
}
