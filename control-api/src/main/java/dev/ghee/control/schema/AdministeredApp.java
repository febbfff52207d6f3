package dev.ghee.control.schema;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import java.time.Duration;

/** The app of the request, for resources that run on virtual threads. */
@RequestScoped
public class AdministeredApp {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final CurrentRequest request;

    AdministeredApp(CurrentRequest request) {
        this.request = request;
    }

    /**
     * An app that the caller administers and that has its database. Fails with 401 or 403 for callers who administer
     * nothing, 404 {@code notFound} for those who may not see this one, 409 or 410 while it has no database.
     */
    public AppState ready(String app, ErrorCode notFound) {
        return await(request.administeredReady(app, notFound)).app();
    }

    /** Blocks, which a virtual thread may; fails like the result, or after a while without one. */
    public static <T> T await(Uni<T> result) {
        return result.await().atMost(PATIENCE);
    }
}
