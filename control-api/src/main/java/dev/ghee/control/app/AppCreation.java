package dev.ghee.control.app;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.control.outbox.Outbox;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.exception.ConstraintViolationException;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Makes apps. The same owner and name give the same app, however often and however many at once ask. */
@ApplicationScoped
class AppCreation {
    private static final int MAX_ATTEMPTS = 8;
    private static final String BY_NAME = """
            from App a where a.ownerId = ?1 and a.name = ?2 and a.status <> dev.ghee.contracts.AppState.Status.DELETING""";
    private static final String BY_SUBDOMAIN = """
            select count(a) from App a where a.subdomain = ?1
              and a.status <> dev.ghee.contracts.AppState.Status.DELETING""";

    private final Outbox outbox;
    private final AppStates states;
    private final AppDirectory directory;
    private final Databases databases;

    AppCreation(Outbox outbox, AppStates states, AppDirectory directory, Databases databases) {
        this.outbox = outbox;
        this.states = states;
        this.directory = directory;
        this.databases = databases;
    }

    /** @param subdomain null to derive it from the name */
    record Request(String name, @Nullable String subdomain, String region, UUID ownerId, UUID organizationId) {}

    /** @param fresh what the other services are told of a new app; null when the app was there already */
    record Result(App app, @Nullable AppState fresh) {}

    /**
     * An app whose database could not be made is tried again. Fails with 409 {@code RESOURCE_CONFLICT} when the
     * subdomain that was asked for is taken, or the owner's app of that name is in another organisation.
     */
    Uni<Result> create(Request request, Function<App, AuditEvent> audit) {
        return attempt(request, audit, 0).chain(result -> {
            if (!result.app().organizationId().equals(request.organizationId())) {
                throw new GheeException(
                        ErrorCode.RESOURCE_CONFLICT, "You have an app of this name in another organisation");
            }
            if (result.app().status() != AppState.Status.FAILED) {
                return Uni.createFrom().item(result);
            }
            return states.change(result.app().id(), App::retry)
                    .invoke(app -> databases.settle(app.id()))
                    .map(app -> new Result(app, null));
        });
    }

    private Uni<Result> attempt(Request request, Function<App, AuditEvent> audit, int attempt) {
        return outbox.transaction(session -> existing(session, request)
                        .chain(found -> found != null
                                ? Uni.createFrom().item(new Result(found, null))
                                : insert(session, request, audit, attempt)))
                // Somebody took the name or the subdomain between our look and our insert.
                .onFailure(e -> attempt < MAX_ATTEMPTS && e instanceof ConstraintViolationException)
                .recoverWithUni(() -> attempt(request, audit, attempt + 1))
                .invoke(result -> {
                    AppState fresh = result.fresh();
                    if (fresh != null) {
                        directory.accept(fresh);
                        databases.settle(fresh.appId());
                    }
                });
    }

    private static Uni<@Nullable App> existing(Mutiny.Session session, Request request) {
        return session.createSelectionQuery(BY_NAME, App.class)
                .setParameter(1, request.ownerId())
                .setParameter(2, request.name())
                .getSingleResultOrNull();
    }

    private Uni<Result> insert(Mutiny.Session session, Request request, Function<App, AuditEvent> audit, int attempt) {
        return freeSubdomain(session, request, attempt)
                .map(subdomain -> new App(
                        Identifiers.appId(),
                        request.name(),
                        subdomain,
                        request.ownerId(),
                        request.organizationId(),
                        request.region(),
                        Identifiers.anonKey()))
                .chain(app -> states.insert(session, app, audit.apply(app)).map(state -> new Result(app, state)));
    }

    private static Uni<String> freeSubdomain(Mutiny.Session session, Request request, int attempt) {
        String wanted = request.subdomain() == null ? Identifiers.subdomain(request.name()) : request.subdomain();
        return isTaken(session, wanted).map(taken -> {
            if (!taken) {
                return wanted;
            }
            if (request.subdomain() != null) {
                throw new GheeException(
                        ErrorCode.RESOURCE_CONFLICT, "The subdomain " + request.subdomain() + " is taken");
            }
            return Identifiers.anotherSubdomain(wanted, attempt);
        });
    }

    private static Uni<Boolean> isTaken(Mutiny.Session session, String subdomain) {
        return session.createSelectionQuery(BY_SUBDOMAIN, Long.class)
                .setParameter(1, subdomain)
                .getSingleResult()
                .map(count -> count > 0);
    }
}
