package dev.ghee.control.auth.store;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/** Where code that runs on a virtual thread meets code that runs on an event loop. */
public final class Waiting {
    private Waiting() {}

    /**
     * Runs reactive work on an event loop and waits for what it gives. Fails with the work's {@link GheeException}, and
     * with {@code EXTERNAL_DB_ERROR} for whatever else the databases and Kafka behind it fail with.
     */
    public static <T> T on(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(work);
        } catch (GheeException e) {
            throw e;
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw e.getCause() instanceof GheeException known
                    ? known
                    : new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The database did not answer", e);
        }
    }
}
