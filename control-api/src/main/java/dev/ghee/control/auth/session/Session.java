package dev.ghee.control.auth.session;

import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.UUID;

/**
 * A session as its access tokens tell of it.
 *
 * @param amr what proved the person, in the order of proving
 */
public record Session(UUID id, List<String> amr, Assurance assurance) {
    /** From columns {@code session_id}, {@code amr} and {@code aal}. */
    public static Session of(Row row) {
        return new Session(
                row.getUUID("session_id"), List.of(row.getArrayOfStrings("amr")), Assurance.of(row.getInteger("aal")));
    }
}
