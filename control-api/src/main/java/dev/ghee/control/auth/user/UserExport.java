package dev.ghee.control.auth.user;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An app's users from the oldest on, a page at a time, so that an export of millions takes the memory of one page. */
@ApplicationScoped
class UserExport {
    static final int PAGE_SIZE = 500;

    private static final String PAGE = """
            SELECT %s FROM ghee.users u
            WHERE $1::timestamptz IS NULL OR (created_at, id) > ($1::timestamptz, $2::uuid)
            ORDER BY created_at, id LIMIT $3""".formatted(AdministeredUser.COLUMNS);

    private final OwnerSql sql;

    UserExport(OwnerSql sql) {
        this.sql = sql;
    }

    /** Up to {@link #PAGE_SIZE} users behind the cursor; fewer on the last page. */
    List<AdministeredUser> page(AppState app, @Nullable UserCursor after, boolean withHashes) {
        List<AdministeredUser> users = new ArrayList<>();
        Tuple from = after == null
                ? Tuple.of(null, (UUID) null, PAGE_SIZE)
                : Tuple.of(after.createdAt().atOffset(ZoneOffset.UTC), after.id(), PAGE_SIZE);
        sql.all(app, PAGE, from).forEach(row -> users.add(AdministeredUser.of(row, withHashes)));
        return users;
    }
}
