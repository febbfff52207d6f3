package dev.ghee.service.traffic;

import java.util.Set;

/**
 * What a path has in common with others of its route, told from its text alone. Bounded in number, whatever callers
 * make up: names of tables, ids and unknown segments are all alike.
 */
final class RouteShape {
    /** Segments after the app that name a feature; any other is a table. */
    private static final Set<String> FEATURES = Set.of(
            "_do",
            "admin",
            "ai",
            "api-docs",
            "audit-logs",
            "billing",
            "config",
            "custom-domains",
            "domains",
            "durable-objects",
            "env",
            "fn",
            "forgot-password",
            "frontend",
            "functions",
            "integrations",
            "kv",
            "login",
            "logout",
            "magic-link",
            "me",
            "migrations",
            "oauth",
            "rag",
            "realtime",
            "refresh",
            "reset-password",
            "rls",
            "schema",
            "secure",
            "signup",
            "storage",
            "verify-email",
            ".well-known");

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS");

    /** Features that count by the second, with an answer of their own. */
    private static final Set<String> COUNTED_ELSEWHERE = Set.of("kv");

    private RouteShape() {}

    /** Whether the path's feature has a limit of its own, which the one per minute must not undercut. */
    static boolean hasItsOwnLimit(String path, int appEnd) {
        if (path.startsWith("/sites/")) {
            // One page is dozens of files.
            return true;
        }
        int start = Math.min(appEnd + 1, path.length());
        int end = path.indexOf('/', start);
        return path.startsWith("/v1/")
                && COUNTED_ELSEWHERE.contains(path.substring(start, end < 0 ? path.length() : end));
    }

    /**
     * Such as {@code GET v1/:table/*}.
     *
     * @param appEnd index just after the app id in the path
     */
    static String of(String method, String path, int appEnd) {
        String family = path.startsWith("/v1/") ? "v1/" : path.startsWith("/auth/") ? "auth/" : "other/";
        int start = Math.min(appEnd + 1, path.length());
        int end = path.indexOf('/', start);
        String segment = path.substring(start, end < 0 ? path.length() : end);
        String feature = segment.isEmpty() || FEATURES.contains(segment) ? segment : ":table";
        String verb = METHODS.contains(method) ? method : "OTHER";
        return verb + ' ' + family + feature + (end >= 0 && end + 1 < path.length() ? "/*" : "");
    }
}
