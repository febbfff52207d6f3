package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.hosting.site.Framework;
import dev.ghee.storage.hosting.site.Site;
import dev.ghee.storage.hosting.site.SiteFile;
import dev.ghee.tenancy.rls.AppPools;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Live sites in their apps' databases. Fails with {@code EXTERNAL_DB_ERROR} or {@code EXTERNAL_DB_BUSY}. */
@ApplicationScoped
class SiteStore {
    private static final String LIVE = """
            WITH live AS (
              (SELECT id, framework, status FROM ghee.deployments WHERE status = 'READY' LIMIT 1)
              UNION ALL
              (SELECT id, framework, status FROM ghee.deployments WHERE status = 'SUPERSEDED'
               ORDER BY superseded_at DESC LIMIT 1))
            SELECT d.id, d.framework, d.status, f.path, encode(c.sha256, 'hex') AS sha256, c.object_key, c.size_bytes,
              c.gzip_bytes, c.brotli_bytes
            FROM live d
            JOIN ghee.deployment_files f ON f.deployment_id = d.id
            JOIN ghee.site_contents c ON c.sha256 = f.sha256
            WHERE EXISTS (SELECT FROM live WHERE status = 'READY')
            ORDER BY d.status""";

    private final AppPools pools;

    SiteStore(AppPools pools) {
        this.pools = pools;
    }

    /** Empty when the app has no live deployment. */
    Uni<Optional<Site>> live(AppState app) {
        return pools.withOwner(app, connection -> connection.preparedQuery(LIVE).execute(Tuple.tuple()))
                .map(SiteStore::site);
    }

    private static Optional<Site> site(RowSet<Row> rows) {
        UUID deployment = null;
        Framework framework = Framework.OTHER;
        Map<String, SiteFile> files = new HashMap<>();
        Map<String, SiteFile> former = new HashMap<>();
        for (Row row : rows) {
            // The live deployment's files come first.
            Framework madeWith = Framework.of(row.getString("framework")).orElse(Framework.OTHER);
            SiteFile file = file(row, madeWith);
            if (row.getString("status").equals("READY")) {
                deployment = row.getUUID("id");
                framework = madeWith;
                files.put(file.path(), file);
            } else if (file.hashed()) {
                former.put(file.path(), file);
            }
        }
        return found(deployment, framework, files, former);
    }

    private static Optional<Site> found(
            @Nullable UUID deployment, Framework framework, Map<String, SiteFile> files, Map<String, SiteFile> former) {
        return deployment == null ? Optional.empty() : Optional.of(new Site(deployment, framework, files, former));
    }

    private static SiteFile file(Row row, Framework framework) {
        return SiteFile.of(
                row.getString("path"),
                framework,
                row.getString("object_key"),
                row.getString("sha256"),
                new SiteFile.Lengths(
                        row.getLong("size_bytes"), row.getLong("gzip_bytes"), row.getLong("brotli_bytes")));
    }
}
