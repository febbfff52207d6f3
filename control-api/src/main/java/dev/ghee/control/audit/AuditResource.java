package dev.ghee.control.audit;

import dev.ghee.errors.ErrorCode;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who did what to an app, newest first. */
@Path("/v1/{app}/audit-logs")
class AuditResource {
    private final CurrentRequest request;
    private final AuditStore store;

    AuditResource(CurrentRequest request, AuditStore store) {
        this.request = request;
        this.store = store;
    }

    @GET
    public Uni<Listed> list(String app, @BeanParam AuditQuery query) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND).chain(acting -> {
            AuditQuery.Filter filter = query.checked();
            return store.find(acting.app().appId(), filter).map(page -> Listed.of(page, filter));
        });
    }

    record Listed(
            List<AuditStore.Entry> logs,
            long total,
            int limit,
            int offset,
            @Nullable Integer nextOffset) {
        static Listed of(AuditStore.Page page, AuditQuery.Filter filter) {
            int next = filter.offset() + filter.limit();
            return new Listed(
                    page.logs(),
                    page.total(),
                    filter.limit(),
                    filter.offset(),
                    next < page.total() ? Integer.valueOf(next) : null);
        }
    }
}
