package dev.ghee.control.auth.user;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.control.audit.Audit;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Users on their way in and out of an app. */
@Path("/v1/{app}/admin/auth/users")
@RunOnVirtualThread
public class UserTransferResource {
    private static final int MAX_ROWS = 500;

    private final AdminCall call;
    private final UserImport imports;
    private final UserExport exports;

    UserTransferResource(AdminCall call, UserImport imports, UserExport exports) {
        this.call = call;
        this.imports = imports;
        this.exports = exports;
    }

    /** Users to bring in. */
    public record Batch(@Nullable List<UserImport.@Nullable Row> users) {
        @Override
        public String toString() {
            return "Batch[…]";
        }
    }

    /** What became of the rows, in their order. */
    public record Report(int imported, int failed, List<UserImport.Result> results) {}

    /** Answers 200 also when rows failed: the report says which. */
    @POST
    @Path("import")
    public Report add(String app, @Nullable Batch body) {
        AppState state = call.app(app);
        List<UserImport.@Nullable Row> rows = body == null ? null : body.users();
        if (rows == null || rows.isEmpty() || rows.size() > MAX_ROWS) {
            throw AdminCall.invalidBody("users", "Must be a list of 1 to " + MAX_ROWS + " users");
        }
        List<UserImport.Result> results = imports.add(state, rows);
        int imported = (int) results.stream()
                .filter(result -> result.status() == UserImport.Status.IMPORTED)
                .count();
        var report = new Report(imported, results.size() - imported, results);
        call.record(
                state,
                "auth.users_imported",
                Audit.Action.CREATE,
                "users",
                null,
                Map.of("imported", report.imported(), "failed", report.failed()));
        return report;
    }

    /**
     * One user per line, oldest first. Password hashes only for a key with scope {@code *}: who has them can guess
     * passwords at leisure.
     */
    @GET
    @Path("export")
    @Produces("application/x-ndjson")
    public StreamingOutput export(String app, @RestQuery("password_hashes") @Nullable String hashes) {
        AppState state = call.app(app);
        boolean withHashes = "true".equals(hashes);
        if (withHashes
                && !(call.caller() instanceof Caller.ServiceKey key
                        && key.scopes().contains("*"))) {
            throw new GheeException(
                    ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS, "Only a key with scope * may export password hashes");
        }
        call.record(
                state,
                "auth.users_exported",
                Audit.Action.INVOKE,
                "users",
                null,
                Map.of("password_hashes", withHashes));
        return out -> write(state, withHashes, out);
    }

    private void write(AppState app, boolean withHashes, OutputStream out) throws IOException {
        UserCursor after = null;
        do {
            List<AdministeredUser> page = exports.page(app, after, withHashes);
            for (AdministeredUser user : page) {
                out.write(Contracts.write(user));
                out.write('\n');
            }
            after = page.size() < UserExport.PAGE_SIZE ? null : page.getLast().cursor();
        } while (after != null);
    }
}
