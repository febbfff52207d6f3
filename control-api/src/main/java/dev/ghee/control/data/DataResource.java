package dev.ghee.control.data;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.control.data.DataStore.Access;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.rls.DbClaims;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;

/** Tables as collections of rows. Every other route under {@code /v1/{app}} wins over a table of the same name. */
@Path("/v1/{app}/{table}")
public class DataResource {
    private final CurrentRequest request;
    private final HttpServerRequest http;
    private final AppDirectory apps;
    private final TableCatalog catalog;
    private final DataStore store;
    private final DataApiConfig config;

    DataResource(
            CurrentRequest request,
            HttpServerRequest http,
            AppDirectory apps,
            TableCatalog catalog,
            DataStore store,
            DataApiConfig config) {
        this.request = request;
        this.http = http;
        this.apps = apps;
        this.catalog = catalog;
        this.store = store;
        this.config = config;
    }

    @GET
    public Uni<Response> list(String app, String table) {
        return on(app, table, access -> {
            QueryString query = query();
            PageRequest page = PageRequest.parse(query, access.table(), config);
            boolean withTotal = wantsTotal(query);
            return store.page(access, page, withTotal).map(found -> PageAnswer.of(found, page, http));
        });
    }

    @GET
    @Path("{id}")
    public Uni<Response> get(String app, String table, String id) {
        return on(
                app,
                table,
                access -> store.get(access, id, PageRequest.selected(query().last("select"), access.table()))
                        .map(DataResource::ok));
    }

    @POST
    public Uni<Response> insert(String app, String table, byte[] body) {
        return on(
                app,
                table,
                access -> store.insert(access, RowBody.parse(body, access.table(), config.maxInsertRows()))
                        .map(rows -> json(201, rows)));
    }

    @PATCH
    @Path("{id}")
    public Uni<Response> update(String app, String table, String id, byte[] body) {
        return on(
                app,
                table,
                access -> store.update(
                                access,
                                id,
                                RowBody.parse(body, access.table(), 1).single())
                        .map(DataResource::ok));
    }

    @PATCH
    public Uni<Response> updateWhere(String app, String table, byte[] body) {
        return on(
                app,
                table,
                access -> store.updateWhere(
                                access,
                                filters(access.table()),
                                RowBody.parse(body, access.table(), 1).single())
                        .map(DataResource::ok));
    }

    @DELETE
    @Path("{id}")
    public Uni<Response> delete(String app, String table, String id) {
        return on(app, table, access -> store.delete(access, id).map(_ -> ok(Buffer.buffer("{\"deleted\":true}"))));
    }

    @DELETE
    public Uni<Response> deleteWhere(String app, String table) {
        return on(
                app,
                table,
                access -> store.deleteWhere(access, filters(access.table()))
                        .map(count -> ok(Buffer.buffer("{\"deleted\":true,\"count\":" + count + "}"))));
    }

    /**
     * Whoever is asking, the app, the table; and all of it again when the table turns out to have changed. What is in
     * memory is used as it is: a chain of ready-made {@code Uni}s would be a good part of a request's cost.
     */
    private Uni<Response> on(String app, String table, Function<Access, Uni<Response>> work) {
        return request.caller().chain(caller -> {
            AppState known = AppId.isValid(app) ? apps.known(new AppId(app)).orElse(null) : null;
            return known != null ? on(known, caller, table, work) : onUnknown(app, caller, table, work);
        });
    }

    private Uni<Response> onUnknown(String app, Caller caller, String table, Function<Access, Uni<Response>> work) {
        return apps.find(app)
                .onFailure(DataResource::isUnknownApp)
                .transform(_ -> DataClaims.appNotFound())
                .chain(state -> on(state, caller, table, work));
    }

    private Uni<Response> on(AppState app, Caller caller, String table, Function<Access, Uni<Response>> work) {
        DbClaims claims = DataClaims.of(
                caller,
                app,
                request.leastRole(),
                http.getHeader("X-Butterbase-As-Role"),
                http.getHeader("X-Butterbase-As-User"));
        Table fresh = catalog.fresh(app, table);
        Uni<Response> done = fresh != null
                ? tried(app, claims, fresh, work)
                : catalog.find(app, table).chain(found -> tried(app, claims, found, work));
        return done.onFailure().transform(DatabaseFailure::translate);
    }

    private Uni<Response> tried(AppState app, DbClaims claims, Table table, Function<Access, Uni<Response>> work) {
        return work.apply(new Access(app, claims, table))
                .onFailure(DatabaseFailure::isStaleCatalog)
                .recoverWithUni(failure -> catalog.reload(app, table.name())
                        .chain(now -> now == table
                                ? Uni.createFrom().failure(failure)
                                : work.apply(new Access(app, claims, now))));
    }

    private static boolean isUnknownApp(Throwable failure) {
        return failure instanceof GheeException known && known.code() == ErrorCode.APP_NOT_FOUND;
    }

    private QueryString query() {
        return QueryString.parse(http.query(), config.maxQueryLength());
    }

    /** Fails with {@code VALIDATION_MISSING_FIELD} when there are none: nobody means to change a whole table. */
    private Filters filters(Table table) {
        Filters filters = Filters.parse(query(), table, config);
        if (filters.isEmpty()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_MISSING_FIELD, "Changing many rows needs at least one filter, as in ?id=eq.1");
        }
        return filters;
    }

    private boolean wantsTotal(QueryString query) {
        String prefer = http.getHeader("Prefer");
        return "exact".equals(query.last("count")) || prefer != null && prefer.contains("count=exact");
    }

    private static Response ok(Buffer body) {
        return json(200, body);
    }

    private static Response json(int status, Buffer body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(body)
                .build();
    }
}
