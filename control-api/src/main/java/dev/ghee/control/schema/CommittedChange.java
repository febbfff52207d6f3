package dev.ghee.control.schema;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.audit.AuditLog;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Event;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells who has to know of a change that the request has just committed: caches at once, and the audit log. Blocking. */
@RequestScoped
public class CommittedChange {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Audit audit;
    private final AuditLog log;
    private final Event<SchemaChanged> changed;

    CommittedChange(Audit audit, AuditLog log, Event<SchemaChanged> changed) {
        this.audit = audit;
        this.log = log;
        this.changed = changed;
    }

    /** See {@link Audit#record} for the arguments. */
    public void tell(
            AppState app,
            String eventType,
            Audit.Action action,
            String resourceType,
            @Nullable String resourceId,
            Map<String, ?> data) {
        changed.fire(new SchemaChanged(app.appId()));
        AuditEvent event =
                AdministeredApp.await(audit.event(app.appId(), eventType, action, resourceType, resourceId, data));
        await(() -> log.record(event));
    }

    /** The control database is spoken to on an event loop; the virtual thread waits beside it. */
    public static <T> T await(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(
                    () -> work.get().ifNoItem().after(PATIENCE).fail());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
