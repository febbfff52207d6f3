package dev.ghee.control.app;

import dev.ghee.control.platform.Account;
import dev.ghee.control.platform.Accounts;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Which apps somebody may see. */
@ApplicationScoped
class AppListing {
    private static final String OF_ORGANIZATIONS = """
            from App a where a.organizationId in ?1 order by a.createdAt desc, a.id""";

    private final Mutiny.SessionFactory sessions;
    private final Accounts accounts;

    AppListing(Mutiny.SessionFactory sessions, Accounts accounts) {
        this.sessions = sessions;
        this.accounts = accounts;
    }

    /**
     * Newest first: for a key, the apps of its organisation that its scopes cover; for a person, the apps of the
     * organisation that the request selects, else of all that the person is in.
     */
    Uni<List<App>> visibleTo(Caller caller, Account account) {
        boolean everything = caller instanceof Caller.PlatformOwner owner
                && (owner.organizationId() == null
                        || !owner.organizationId()
                                .equals(account.organizationId().toString()));
        return everything ? ofPerson(account) : ofOrganization(account);
    }

    private Uni<List<App>> ofOrganization(Account account) {
        return sessions.withSession(session -> of(session, List.of(account.organizationId())))
                .map(apps -> apps.stream()
                        .filter(app -> account.covers(app.id().value()))
                        .toList());
    }

    private Uni<List<App>> ofPerson(Account account) {
        return sessions.withSession(session ->
                accounts.organizationsOf(session, account.userId()).chain(organizations -> of(session, organizations)));
    }

    private static Uni<List<App>> of(Mutiny.Session session, List<UUID> organizations) {
        return session.createSelectionQuery(OF_ORGANIZATIONS, App.class)
                .setParameter(1, organizations)
                .getResultList();
    }
}
