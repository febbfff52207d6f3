package dev.ghee.control.auth.oauth;

import dev.ghee.contracts.AppState;
import dev.ghee.service.traffic.TrafficConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a browser may be sent with tokens: pages of the app's allowed origins, of its own site, and of the dashboards.
 * What parsers disagree about is refused rather than interpreted: browsers read a backslash as a slash, and skip line
 * breaks.
 */
@ApplicationScoped
class RedirectTarget {
    private static final int MAX_LENGTH = 2048;
    /** What we answer with. A page that came with one of them would take it for ours: clients read the first one. */
    private static final Set<String> OURS = Set.of(
            "access_token",
            "refresh_token",
            "expires_in",
            "token_type",
            "error",
            "error_description",
            "mfa_required",
            "challenge_token",
            "challenge_expires_in",
            "factors",
            "identity_ticket");

    private final Set<String> dashboards;
    private final String baseDomain;

    RedirectTarget(TrafficConfig config) {
        this.dashboards = Set.copyOf(config.cors().dashboards());
        this.baseDomain = config.baseDomain();
    }

    /** Empty when tokens must not go there. */
    Optional<URI> allowed(AppState app, String text) {
        if (text.length() > MAX_LENGTH || !text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\')) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean web = scheme.equals("https") || scheme.equals("http");
            if (!web
                    || uri.getHost() == null
                    || uri.getRawUserInfo() != null
                    || uri.getRawAuthority().contains("@")) {
                return Optional.empty();
            }
            return isAllowed(app, scheme, uri) && !carriesOurs(uri) ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** The page with these parameters added to its query. */
    static URI with(URI target, Map<String, String> parameters) {
        String text = target.toString();
        int hash = text.indexOf('#');
        String page = hash < 0 ? text : text.substring(0, hash);
        String fragment = hash < 0 ? "" : text.substring(hash);
        String added = parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        String joint = page.indexOf('?') < 0 ? "?" : page.endsWith("?") || page.endsWith("&") ? "" : "&";
        return URI.create(page + joint + added + fragment);
    }

    private boolean isAllowed(AppState app, String scheme, URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int own = scheme.equals("https") ? 443 : 80;
        String port = uri.getPort() < 0 || uri.getPort() == own ? "" : ":" + uri.getPort();
        String origin = scheme + "://" + host + port;
        return app.allowedOrigins().contains(origin) || dashboards.contains(origin) || app.isServedAt(host, baseDomain);
    }

    private static boolean carriesOurs(URI uri) {
        String query = uri.getRawQuery();
        if (query == null) {
            return false;
        }
        for (String parameter : query.split("[&;]", -1)) {
            if (OURS.contains(decoded(parameter.split("=", 2)[0]).strip())) {
                return true;
            }
        }
        return false;
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }
}
