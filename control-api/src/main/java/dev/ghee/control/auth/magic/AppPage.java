package dev.ghee.control.auth.magic;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.AuthCall;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** A page of an app that a mailed link may lead to. */
final class AppPage {
    private static final int MAX_LENGTH = 1_000;

    private AppPage() {}

    /** The URL as it was sent. Fails with 400 unless its origin is one of the app's allowed origins. */
    static String of(AppState app, String url) {
        if (url.length() > MAX_LENGTH || !app.allowedOrigins().contains(origin(url))) {
            throw AuthCall.invalidBody("redirect_to", "Must be a page of one of the app's allowed origins");
        }
        return url;
    }

    /** Empty when the text is no plain web address without a fragment. */
    private static String origin(String url) {
        try {
            var uri = new URI(url);
            String scheme = uri.getScheme();
            String host = uri.getHost();
            boolean plain = scheme != null
                    && host != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && (scheme.equals("https") || scheme.equals("http"));
            if (!plain) {
                return "";
            }
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return scheme + "://" + host.toLowerCase(Locale.ROOT) + port;
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
