package dev.ghee.control.key;

import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The keys that somebody may have, for choosing one on a page. Waits: call from a virtual thread. */
@ApplicationScoped
public class KeyChoices {
    private static final int MOST = 500;
    private static final String OF_PERSON = """
            SELECT 'app' AS kind, a.id AS id, a.name AS name, o.name AS organization
            FROM organization_member m
            JOIN organization o ON o.id = m.organization_id
            JOIN app a ON a.organization_id = o.id AND a.status <> 'DELETING'
            WHERE m.user_id = $1 AND m.role IN ('owner', 'admin', 'developer')
            UNION ALL
            SELECT 'org', o.id::text, o.name, o.name
            FROM organization_member m JOIN organization o ON o.id = m.organization_id
            WHERE m.user_id = $1 AND m.role IN ('owner', 'admin')
            ORDER BY 1, 4, 3, 2 LIMIT $2""";

    private final ControlSql sql;

    KeyChoices(ControlSql sql) {
        this.sql = sql;
    }

    /** One key that may be had: for an app, or for all apps of an organisation. */
    public record Choice(String value, String label) {}

    /** Apps first: the smallest right that does is the first in the list. */
    public List<Choice> of(UUID person) {
        List<Choice> choices = new ArrayList<>();
        for (Row row : sql.all(OF_PERSON, Tuple.of(person, MOST))) {
            boolean app = row.getString("kind").equals("app");
            String value = row.getString("kind") + ":" + row.getString("id");
            String label = app
                    ? "Only the app " + row.getString("name") + " (" + row.getString("organization") + ")"
                    : "All apps, keys and settings of " + row.getString("name");
            choices.add(new Choice(value, label));
        }
        return choices;
    }

    /**
     * The key that a choice stands for; whether the person may have it is decided when it is made.
     *
     * @param value of a {@link Choice}; fails with 400 for anything else
     */
    public static NewKey key(String name, @Nullable String value, List<String> additionalScopes) {
        if (value != null && value.startsWith("app:")) {
            return ofApp(name, value.substring("app:".length()), additionalScopes);
        }
        if (value != null && value.startsWith("org:")) {
            return new NewKey(
                    name, "account", null, additionalScopes, null, value.substring("org:".length()), null, null);
        }
        throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "Choose what the key is for");
    }

    /** A key for one app. */
    public static NewKey ofApp(String name, String app, List<String> additionalScopes) {
        return new NewKey(name, "app", app, additionalScopes, null, null, null, null);
    }
}
