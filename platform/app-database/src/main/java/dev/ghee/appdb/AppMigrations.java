package dev.ghee.appdb;

import java.util.List;
import org.flywaydb.core.api.ResourceProvider;

/** The migrations of an app's database. Forward only; a file is never edited once released. */
final class AppMigrations {
    static final String SCHEMA = "ghee";

    private static final String FOLDER = "app-database";
    private static final List<String> FILES = List.of(
            "V1__base.sql",
            "V2__auth.sql",
            "V3__schema_ledger.sql",
            "V4__realtime.sql",
            "V5__realtime_relations.sql",
            "V6__realtime_stream.sql",
            "V7__sessions_and_claims.sql",
            "V8__oauth.sql",
            "V9__user_administration.sql",
            "V10__unproved_access.sql",
            "V11__factors.sql",
            "V12__functions.sql",
            "V13__durable_objects.sql",
            "V14__kv_expose_rules.sql",
            "V15__idempotency.sql",
            "V19__triggers.sql",
            "V21__outlived_tokens.sql",
            "V22__objects.sql",
            "V23__sites.sql",
            "V24__uploads.sql",
            "V26__build_logs.sql",
            "V29__storage_jobs.sql");

    private AppMigrations() {}

    static int count() {
        return FILES.size();
    }

    static ResourceProvider resources() {
        return new ListedMigrations(AppMigrations.class.getClassLoader(), FOLDER, FILES);
    }
}
