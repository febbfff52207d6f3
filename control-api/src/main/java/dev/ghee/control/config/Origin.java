package dev.ghee.control.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A web origin as browsers send it: scheme, host and a port that is not the scheme's own. */
record Origin(String scheme, String host, int port) {
    /** Throws {@link IllegalArgumentException} with a message for the caller. */
    static Origin parse(String text) {
        URI uri = uri(text.strip());
        String scheme = lower(uri.getScheme());
        String host = lower(uri.getHost());
        boolean bare = uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && (uri.getRawPath().isEmpty() || "/".equals(uri.getRawPath()));
        if (host.isEmpty() || !bare || !("http".equals(scheme) || "https".equals(scheme))) {
            throw notAnOrigin();
        }
        int own = "https".equals(scheme) ? 443 : 80;
        return new Origin(scheme, host, uri.getPort() == own ? -1 : uri.getPort());
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            if (uri.isOpaque()) {
                throw notAnOrigin();
            }
            return uri;
        } catch (URISyntaxException e) {
            throw notAnOrigin();
        }
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    private static IllegalArgumentException notAnOrigin() {
        return new IllegalArgumentException("allowed_origins takes origins such as https://example.com");
    }

    @Override
    public String toString() {
        return scheme + "://" + host + (port < 0 ? "" : ":" + port);
    }
}
