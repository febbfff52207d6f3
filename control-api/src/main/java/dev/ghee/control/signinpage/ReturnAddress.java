package dev.ghee.control.signinpage;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.Answers;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Where a signed-in user is sent with the tokens: only to the app's own origins. */
record ReturnAddress(URI uri, String origin) {
    private static final int MAX_LENGTH = 2048;

    /**
     * Empty when the app does not allow it.
     *
     * @param baseDomain the app's own site is a subdomain of it
     */
    static Optional<ReturnAddress> parse(String text, AppState app, String baseDomain) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            var uri = new URI(text);
            String host = uri.getHost();
            String scheme = uri.getScheme();
            boolean web = "https".equals(scheme) || "http".equals(scheme);
            if (!web || host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
                return Optional.empty();
            }
            String origin = scheme + "://" + host + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
            boolean allowed = app.allowedOrigins().contains(origin) || app.isServedAt(host, baseDomain);
            return allowed ? Optional.of(new ReturnAddress(uri, origin)) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** With the tokens where the SDK looks for them: as after a sign-in with another provider. */
    String with(Answers.Session session) {
        return uri + (uri.getRawQuery() == null ? "?" : "&")
                + "access_token=" + encoded(session.accessToken())
                + "&refresh_token=" + encoded(session.refreshToken())
                + "&expires_in=" + session.expiresIn()
                + "&token_type=" + encoded(session.tokenType());
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
