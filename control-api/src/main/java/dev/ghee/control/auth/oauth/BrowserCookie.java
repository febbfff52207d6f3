package dev.ghee.control.auth.oauth;

import dev.ghee.control.platform.ControlConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Binds a flow to the browser that began it: nobody can be made to finish what somebody else began, and so to be signed
 * in as them. A browser has one secret for all its flows, so that several tabs can sign in at once.
 *
 * <p>Whether there is a cookie depends on settings alone, not on anything in a request: else whoever begins a flow for
 * somebody else could do without. There is none where it could not come back: when the provider returns to another
 * origin than this installation's, or by a POST of its own page over plain http, where browsers send no cookie.
 */
@ApplicationScoped
class BrowserCookie {
    private static final int SECONDS = 600;
    /** With it browsers insist on https, on this host alone and on path /: no subdomain can plant one. */
    private static final String HOST_PREFIX = "__Host-";

    private static final String NAME = "ghee-oauth";

    private final URI publicUrl;

    BrowserCookie(ControlConfig config) {
        this.publicUrl = URI.create(config.publicUrl());
    }

    boolean canReturn(String redirectUri, boolean formPost) {
        return origin(URI.create(redirectUri)).equals(origin(publicUrl)) && (!formPost || secure());
    }

    Optional<String> read(HttpHeaders headers) {
        return Optional.ofNullable(headers.getCookies().get(name())).map(Cookie::getValue);
    }

    NewCookie of(String value, boolean formPost) {
        return new NewCookie.Builder(name())
                .value(value)
                .path("/")
                .maxAge(SECONDS)
                .httpOnly(true)
                .secure(secure())
                .sameSite(formPost ? NewCookie.SameSite.NONE : NewCookie.SameSite.LAX)
                .build();
    }

    private String name() {
        return secure() ? HOST_PREFIX + NAME : NAME;
    }

    private boolean secure() {
        return "https".equals(publicUrl.getScheme());
    }

    private static String origin(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        int own = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? own : uri.getPort();
        return scheme + "://" + String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT) + ":" + port;
    }
}
