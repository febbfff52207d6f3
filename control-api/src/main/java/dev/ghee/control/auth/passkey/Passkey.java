package dev.ghee.control.auth.passkey;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user's key as it is stored.
 *
 * @param name what the user calls it
 * @param lastUsedAt null before the first sign-in with it
 */
record Passkey(
        UUID id,
        UUID userId,
        byte[] credentialId,
        byte[] credential,
        long signCount,
        boolean backupEligible,
        boolean backedUp,
        List<String> transports,
        String name,
        Instant createdAt,
        @Nullable Instant lastUsedAt) {

    static final String COLUMNS = "id, user_id, credential_id, credential, sign_count, backup_eligible, backed_up,"
            + " transports, name, created_at, last_used_at";

    static Passkey of(Row row) {
        OffsetDateTime used = row.getOffsetDateTime("last_used_at");
        return new Passkey(
                row.getUUID("id"),
                row.getUUID("user_id"),
                row.getBuffer("credential_id").getBytes(),
                row.getBuffer("credential").getBytes(),
                row.getLong("sign_count"),
                row.getBoolean("backup_eligible"),
                row.getBoolean("backed_up"),
                List.of(row.getArrayOfStrings("transports")),
                row.getString("name"),
                row.getOffsetDateTime("created_at").toInstant(),
                used == null ? null : used.toInstant());
    }

    @Override
    public String toString() {
        return "Passkey[" + id + "]";
    }
}
