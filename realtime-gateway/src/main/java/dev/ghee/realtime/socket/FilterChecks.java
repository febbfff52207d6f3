package dev.ghee.realtime.socket;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.filter.ColumnCatalog;
import dev.ghee.realtime.filter.InvalidFilterException;
import dev.ghee.realtime.filter.RowCondition;
import dev.ghee.realtime.filter.TableColumns;
import dev.ghee.realtime.subscription.Filter;
import dev.ghee.realtime.subscription.Role;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Holds what a client wants of a table against the table's columns. */
@ApplicationScoped
class FilterChecks {
    private final ColumnCatalog catalog;
    private final Executor blocking = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("filter-", 0).factory());

    FilterChecks(ColumnCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The filter, ready for use. Fails with {@link InvalidFilterException}, and with {@code GheeException} when the
     * app's database fails.
     */
    CompletableFuture<Filter> filter(AppState app, Role role, SubscribeRequest request) {
        return request.namesColumns()
                ? CompletableFuture.supplyAsync(() -> checked(app, role, request), blocking)
                : CompletableFuture.completedFuture(new Filter(request.equal()));
    }

    private Filter checked(AppState app, Role role, SubscribeRequest request) {
        TableColumns columns = catalog.of(app, request.table());
        try {
            @Nullable Set<String> wanted = request.columns().names();
            if (wanted != null) {
                columns.requireReadable(wanted, role.database());
            }
            @Nullable
            RowCondition condition =
                    request.where().conditions().isEmpty() ? null : columns.condition(request.where(), role.database());
            return new Filter(request.equal(), condition);
        } catch (InvalidFilterException e) {
            throw new CompletionException(e);
        }
    }
}
