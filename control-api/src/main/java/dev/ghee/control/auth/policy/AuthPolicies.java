package dev.ghee.control.auth.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.control.auth.store.Waiting;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The apps' policies in the control database. A change is in force here at once, and in other processes five seconds
 * later. Waits: call from a virtual thread.
 */
@ApplicationScoped
public class AuthPolicies {
    private static final Duration KNOWN = Duration.ofSeconds(5);
    private static final int MAX_KNOWN = 10_000;

    private static final String READ = "SELECT policy::text FROM auth_policy WHERE app_id = $1";
    private static final String LOCK = "SELECT policy::text FROM auth_policy WHERE app_id = $1 FOR UPDATE";
    // The row has to be there to be locked: two administrators at once would lose one's change.
    private static final String MAKE =
            "INSERT INTO auth_policy (app_id, policy) VALUES ($1, '{}') ON CONFLICT DO NOTHING";
    private static final String WRITE =
            "UPDATE auth_policy SET policy = $2::text::jsonb, updated_at = now() WHERE app_id = $1";

    private final Pool control;
    private final Cache<AppId, AuthPolicy> known =
            Caffeine.newBuilder().expireAfterWrite(KNOWN).maximumSize(MAX_KNOWN).build();

    AuthPolicies(Pool control) {
        this.control = control;
    }

    public AuthPolicy of(AppId app) {
        AuthPolicy policy = known.getIfPresent(app);
        if (policy == null) {
            policy = parse(Waiting.on(() -> control.preparedQuery(READ).execute(Tuple.of(app.value()))));
            known.put(app, policy);
        }
        return policy;
    }

    /** The policy after the change. */
    AuthPolicy change(AppId app, UnaryOperator<AuthPolicy> change) {
        Tuple id = Tuple.of(app.value());
        AuthPolicy changed = Waiting.on(() -> control.withTransaction(connection -> connection
                .preparedQuery(MAKE)
                .execute(id)
                .chain(() -> connection.preparedQuery(LOCK).execute(id))
                .map(AuthPolicies::parse)
                .map(change)
                .call(policy -> write(connection, app, policy))));
        known.put(app, changed);
        return changed;
    }

    /** Sets the app's own mail server, or takes it away. */
    public void setSmtp(AppId app, @Nullable SmtpPolicy server) {
        change(app, policy -> policy.withSmtp(server));
    }

    private static Uni<RowSet<Row>> write(SqlConnection connection, AppId app, AuthPolicy policy) {
        String json = new String(Contracts.write(policy), StandardCharsets.UTF_8);
        return connection.preparedQuery(WRITE).execute(Tuple.of(app.value(), json));
    }

    private static AuthPolicy parse(RowSet<Row> rows) {
        try {
            var found = rows.iterator();
            return found.hasNext()
                    ? Contracts.read(found.next().getString(0).getBytes(StandardCharsets.UTF_8), AuthPolicy.class)
                    : AuthPolicy.DEFAULT;
        } catch (IOException e) {
            throw new IllegalStateException("A stored policy is one", e);
        }
    }
}
