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
    private static final String OF_PERSON = """
            from App a where a.organizationId in ?1 or a.ownerId = ?2 order by a.createdAt desc, a.id""";

    private final Mutiny.SessionFactory sessions;
    private final Accounts accounts;

    AppListing(Mutiny.SessionFactory sessions, Accounts accounts) {
        this.sessions = sessions;
        this.accounts = accounts;
    }

    /**
     * Newest first: for a key, the apps of its organisation that its scopes cover; for a person, the apps of the
     * organisation that the request selects, else all of the person's.
     */
    Uni<List<App>> visibleTo(Caller caller, Account account) {
        boolean everything = caller instanceof Caller.PlatformOwner owner
                && (owner.organizationId() == null
                        || !owner.organizationId()
                                .equals(account.organizationId().toString()));
        return everything ? ofPerson(account) : ofOrganization(account);
    }

    private Uni<List<App>> ofOrganization(Account account) {
        return sessions.withSession(session -> session.createSelectionQuery(OF_ORGANIZATIONS, App.class)
                        .setParameter(1, List.of(account.organizationId()))
                        .getResultList())
                .map(apps -> apps.stream()
                        .filter(app -> account.covers(app.id().value()))
                        .toList());
    }

    private Uni<List<App>> ofPerson(Account account) {
        return sessions.withSession(session -> accounts.organizationsOf(session, account.userId())
                .chain((List<UUID> organizations) -> session.createSelectionQuery(OF_PERSON, App.class)
                        .setParameter(1, organizations)
                        .setParameter(2, account.userId())
                        .getResultList()));
    }
}
