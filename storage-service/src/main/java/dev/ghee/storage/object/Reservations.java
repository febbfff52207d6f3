package dev.ghee.storage.object;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.database.AppSql;
import dev.ghee.storage.database.Batches;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Room for objects that are to be uploaded; never more than the app may have. */
@ApplicationScoped
class Reservations {
    private static final String RESERVE = "SELECT * FROM ghee.reserve_objects($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    private final StorageConfig config;
    private final AppSql sql;
    private final Batches<Wanted, Reserved> batches;

    Reservations(StorageConfig config, AppSql sql) {
        this.config = config;
        this.sql = sql;
        this.batches = new Batches<>(sql, this::together);
    }

    private record Wanted(UUID id, @Nullable String userId, String key, NewObject object, long limitBytes) {}

    /** @param object null when it did not fit */
    private record Reserved(@Nullable StoredObject object, Usage usage) {}

    /** What was reserved, and what is used with it. */
    record Room(StoredObject object, Usage usage) {}

    /** Fails with {@code QUOTA_STORAGE_EXCEEDED}. */
    Future<Room> reserve(AppState app, @Nullable String userId, NewObject object) {
        UUID id = UUID.randomUUID();
        String key = app.appId() + "/" + folder(userId) + "/" + id + "_" + Filenames.inKey(object.filename());
        return batches.ask(app, new Wanted(id, userId, key, object, limit(app))).map(reserved -> {
            if (reserved.object() == null) {
                throw new GheeException(
                                ErrorCode.QUOTA_STORAGE_EXCEEDED,
                                "The app's files may take " + reserved.usage().limitBytes() + " bytes together")
                        .withDetails(reserved.usage());
            }
            return new Room(reserved.object(), reserved.usage());
        });
    }

    /** Ids of users are letters and digits, but nobody's id is to leave its folder. */
    private static String folder(@Nullable String userId) {
        String name = userId == null ? "service" : Filenames.inKey(userId);
        return name.matches("\\.*") ? "_" : name;
    }

    long limit(AppState app) {
        Long own = app.storageRules().storageLimitBytes();
        return Math.min(own == null ? config.defaultLimitBytes() : own, config.mostLimitBytes());
    }

    private Future<List<Reserved>> together(AppState app, List<Wanted> wanted) {
        Tuple parameters = Tuple.tuple()
                .addValue(array(wanted, UUID[]::new, Wanted::id))
                .addValue(array(wanted, String[]::new, Wanted::userId))
                .addValue(array(wanted, String[]::new, Wanted::key))
                .addValue(array(wanted, String[]::new, one -> one.object().filename()))
                .addValue(array(wanted, String[]::new, one -> one.object().effectiveType()))
                .addValue(array(wanted, Long[]::new, one -> one.object().sizeBytes()))
                .addValue(array(wanted, Boolean[]::new, one -> one.object().isPublic()))
                .addValue(array(wanted, String[]::new, one -> one.object().uploadId()))
                .addValue(array(
                        wanted, Double[]::new, one -> one.object().lifetime().toMillis() / 1000.0))
                .addValue(array(wanted, Long[]::new, Wanted::limitBytes));
        return sql.run(app, RESERVE, parameters).map(rows -> {
            List<Reserved> answers = new ArrayList<>();
            for (Row row : rows) {
                answers.add(reserved(wanted.get(answers.size()), row));
            }
            return answers;
        });
    }

    private static Reserved reserved(Wanted wanted, Row row) {
        NewObject object = wanted.object();
        Usage usage = Usage.of(row.getLong("used_bytes"), wanted.limitBytes(), row.getLong("used_files"));
        if (!row.getBoolean("accepted")) {
            return new Reserved(null, usage);
        }
        var reserved = new StoredObject(
                wanted.id(),
                wanted.userId(),
                wanted.key(),
                object.filename(),
                object.effectiveType(),
                object.sizeBytes(),
                object.isPublic(),
                StoredObject.Status.PENDING,
                null,
                null,
                object.uploadId(),
                row.getOffsetDateTime("made_at").toInstant());
        return new Reserved(reserved, usage);
    }

    private static <T extends @Nullable Object> T[] array(
            List<Wanted> wanted, java.util.function.IntFunction<T[]> empty, Function<Wanted, T> value) {
        return wanted.stream().map(value).toArray(empty);
    }
}
