package dev.ghee.service.site;

import dev.ghee.contracts.AppId;
import java.util.List;

/**
 * What a path on an app's own host stands for. The first of the short forms that fits counts; whatever else there is
 * belongs to the app's site. A path in an unusual spelling fits no short form: it is a page that does not exist.
 */
final class SitePaths {
    private record ShortForm(String prefix, String before, String after) {
        boolean fits(String path) {
            return path.startsWith(prefix) && (path.length() == prefix.length() || ends(path.charAt(prefix.length())));
        }

        private static boolean ends(char c) {
            return c == '/' || c == '?';
        }
    }

    private static final List<ShortForm> FORMS = List.of(
            new ShortForm("/data", "/v1/", ""),
            new ShortForm("/fn", "/v1/", "/fn"),
            new ShortForm("/_do", "/v1/", "/_do"),
            new ShortForm("/schema", "/v1/", "/schema"),
            new ShortForm("/migrations", "/v1/", "/migrations"),
            new ShortForm("/auth", "/auth/", ""),
            new ShortForm("/storage", "/storage/", ""),
            new ShortForm("/.well-known/ghee-domain", "/v1/", "/custom-domains/challenge"));

    private SitePaths() {}

    /**
     * The path that the services know it by.
     *
     * @param uri path and query as the client sent them
     */
    static String ofService(AppId app, String uri) {
        for (ShortForm form : FORMS) {
            if (form.fits(uri)) {
                return form.before()
                        + app
                        + form.after()
                        + uri.substring(form.prefix().length());
            }
        }
        return "/sites/" + app + uri;
    }

    /**
     * Whether it begins or ends a sign-in with a provider. That has to happen at the API's own address: there the
     * provider sends the browser back to, and only there the browser keeps the cookie that ties both ends together.
     */
    static boolean isProviderSignIn(String uri) {
        return uri.startsWith("/auth/oauth/");
    }
}
