package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.hosting.archive.StagedFile;
import dev.ghee.storage.hosting.site.SiteFile;
import dev.ghee.tenancy.rls.AppPools;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Which contents an app's deployments are made of, and under which keys their bytes are. A key is made once and never
 * again: who deletes the bytes of one that nothing refers to cannot hit those that somebody is storing at that moment.
 * Fails with {@code EXTERNAL_DB_ERROR} or {@code EXTERNAL_DB_BUSY}.
 */
@ApplicationScoped
class ContentStore {
    private static final int MOST_GARBAGE = 300;

    /** In one order for all, or two deployments could wait for each other. */
    private static final String HOLD = """
            INSERT INTO ghee.site_contents AS c (sha256, object_key, size_bytes)
            SELECT decode(sha256, 'hex'), object_key, size_bytes
            FROM unnest($1::text[], $2::text[], $3::bigint[]) AS t (sha256, object_key, size_bytes)
            ORDER BY sha256
            ON CONFLICT (sha256) DO UPDATE SET touched_at = now()
            RETURNING encode(sha256, 'hex') AS sha256, object_key, stored""";

    private static final String STORED = """
            UPDATE ghee.site_contents c SET stored = true, gzip_bytes = t.gzip, brotli_bytes = t.brotli
            FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS t (sha256, object_key, gzip, brotli)
            WHERE c.sha256 = decode(t.sha256, 'hex') AND c.object_key = t.object_key""";
    private static final String USED = "SELECT coalesce(sum(size_bytes), 0)::bigint AS bytes FROM ghee.site_contents";

    private static final String COLLECT = """
            WITH unused AS (
              DELETE FROM ghee.site_contents c
              WHERE touched_at < now() - $1 * interval '1 second'
                AND NOT EXISTS (SELECT FROM ghee.deployment_files f WHERE f.sha256 = c.sha256)
              RETURNING object_key)
            INSERT INTO ghee.site_garbage (object_key) SELECT object_key FROM unused ON CONFLICT DO NOTHING""";
    private static final String GARBAGE = "SELECT object_key FROM ghee.site_garbage LIMIT $1";
    private static final String FORGET = "DELETE FROM ghee.site_garbage WHERE object_key = ANY($1)";

    private final AppPools pools;
    private final HostingConfig config;

    ContentStore(AppPools pools, HostingConfig config) {
        this.pools = pools;
        this.config = config;
    }

    /** @param stored whether the bytes are in the object store already */
    record Held(String objectKey, boolean stored) {}

    /** A content's bytes and its compressed forms are in the store now; 0 for a form that there is not. */
    record Stored(String sha256, String objectKey, long gzipBytes, long brotliBytes) {}

    /** Says that these contents will be needed; they are not collected for {@link HostingConfig#grace}. */
    Uni<Map<String, Held>> hold(AppState app, Collection<StagedFile> contents) {
        List<StagedFile> all = List.copyOf(contents);
        String[] hashes = all.stream().map(StagedFile::sha256).toArray(String[]::new);
        String[] keys = Arrays.stream(hashes).map(hash -> newKey(app, hash)).toArray(String[]::new);
        Long[] sizes = all.stream().map(StagedFile::sizeBytes).toArray(Long[]::new);
        return run(app, HOLD, Tuple.of(hashes, keys, sizes)).map(rows -> {
            Map<String, Held> held = new HashMap<>();
            rows.forEach(row ->
                    held.put(row.getString("sha256"), new Held(row.getString("object_key"), row.getBoolean("stored"))));
            return held;
        });
    }

    private static String newKey(AppState app, String sha256) {
        return app.appId() + "/" + sha256 + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    Uni<Void> stored(AppState app, Collection<Stored> contents) {
        List<Stored> all = List.copyOf(contents);
        return run(
                        app,
                        STORED,
                        Tuple.of(
                                all.stream().map(Stored::sha256).toArray(String[]::new),
                                all.stream().map(Stored::objectKey).toArray(String[]::new),
                                all.stream().map(Stored::gzipBytes).toArray(Long[]::new),
                                all.stream().map(Stored::brotliBytes).toArray(Long[]::new)))
                .replaceWithVoid();
    }

    /** Bytes of all contents together, each counted once. */
    Uni<Long> used(AppState app) {
        return run(app, USED, Tuple.tuple()).map(rows -> rows.iterator().next().getLong("bytes"));
    }

    /** Forgets contents that nothing has referred to for {@link HostingConfig#grace}. */
    Uni<Void> collect(AppState app) {
        return run(app, COLLECT, Tuple.of(config.grace().toSeconds())).replaceWithVoid();
    }

    /** Some of the keys whose bytes are to be deleted. */
    Uni<List<String>> garbage(AppState app) {
        return run(app, GARBAGE, Tuple.of(MOST_GARBAGE))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("object_key"))
                        .toList());
    }

    /** The bytes of these are deleted. */
    Uni<Void> forget(AppState app, List<String> keys) {
        return run(app, FORGET, Tuple.tuple().addArrayOfString(keys.toArray(String[]::new)))
                .replaceWithVoid();
    }

    private Uni<RowSet<Row>> run(AppState app, String sql, Tuple parameters) {
        return pools.withOwner(app, connection -> connection.preparedQuery(sql).execute(parameters));
    }

    /** A content's key, and those of its forms. */
    static List<String> withForms(Collection<String> keys) {
        List<String> all = new ArrayList<>();
        for (String key : keys) {
            for (var form : SiteFile.Form.values()) {
                all.add(key + form.suffix());
            }
        }
        return all;
    }
}
