package dev.ghee.control.mcpauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a program is told the answer: an {@code https} address, a loopback {@code http} address, or a scheme of the
 * program's own. Compared letter by letter, but for the port of a loopback address, which programs pick anew each time
 * (RFC 8252, 7.3).
 */
record RedirectUri(URI uri) {
    private static final int MAX_LENGTH = 512;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");
    private static final Pattern OWN_SCHEME = Pattern.compile("[a-z][a-z0-9+.-]{0,63}");
    /** Schemes that a browser itself acts on. */
    private static final Set<String> BROWSERS = Set.of(
            "about",
            "blob",
            "chrome",
            "data",
            "file",
            "filesystem",
            "ftp",
            "javascript",
            "mailto",
            "sms",
            "tel",
            "vbscript",
            "view-source",
            "ws",
            "wss");

    /** Empty when no answer may go there. */
    static Optional<RedirectUri> parse(String text) {
        if (text.length() > MAX_LENGTH || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            var uri = new URI(text);
            return allowed(uri) ? Optional.of(new RedirectUri(uri)) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static boolean allowed(URI uri) {
        String scheme = uri.getScheme();
        if (scheme == null
                || !scheme.equals(scheme.toLowerCase(Locale.ROOT))
                || uri.getRawFragment() != null
                || uri.getRawUserInfo() != null
                || !uri.toString().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return false;
        }
        return switch (scheme) {
            case "https" -> uri.getHost() != null;
            case "http" -> uri.getHost() != null && LOOPBACK.contains(uri.getHost());
            default -> OWN_SCHEME.matcher(scheme).matches() && !BROWSERS.contains(scheme);
        };
    }

    /** Whether this is the registered address that a request names. */
    boolean matches(RedirectUri asked) {
        if (uri.toString().equals(asked.uri.toString())) {
            return true;
        }
        return uri.getScheme().equals("http")
                && asked.uri.getScheme().equals("http")
                && uri.getHost().equals(asked.uri.getHost())
                && text(uri.getRawPath()).equals(text(asked.uri.getRawPath()))
                && text(uri.getRawQuery()).equals(text(asked.uri.getRawQuery()));
    }

    /** The address with these parameters added to its query. */
    String with(String query) {
        return uri + (uri.getRawQuery() == null ? "?" : "&") + query;
    }

    /** As a source of a content security policy: a form may be answered with a redirect there. */
    String asSource() {
        String scheme = uri.getScheme();
        return scheme.startsWith("http") ? scheme + "://" + uri.getRawAuthority() : scheme + ":";
    }

    /** For people: where the answer goes, without what only programs understand. */
    String shown() {
        return uri.getHost() == null
                ? "a program on your device (" + uri.getScheme() + ")"
                : LOOPBACK.contains(uri.getHost()) ? "a program on your device (" + uri.getHost() + ")" : uri.getHost();
    }

    private static String text(@Nullable String part) {
        return part == null ? "" : part;
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
