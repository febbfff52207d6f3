package dev.ghee.edge.routes;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The canonical form of a request's path, on which routes are decided: percent-decoded once, without matrix
 * parameters and repeated slashes. The backends decode, too; were routes decided on the raw form,
 * {@code /v1/%69nternal} would pass as a table of an app. Requests are forwarded in their raw form.
 */
public final class RequestPath {
    private RequestPath() {}

    /**
     * The canonical path of a request target in origin form, or null when it is refused: not starting with a slash,
     * with a malformed escape, a control character, a raw backslash, or a segment {@code .} or {@code ..} (a well-behaved
     * client resolves those itself).
     */
    public static @Nullable String canonical(String target) {
        if (target.isEmpty() || target.charAt(0) != '/') {
            return null;
        }
        int end = 0;
        boolean plain = true;
        for (; end < target.length(); end++) {
            char c = target.charAt(end);
            if (c == '?' || c == '#') {
                break;
            }
            if (c <= ' ' || c >= 0x7f || c == '\\') {
                return null;
            }
            if (c == '%' || c == ';') {
                plain = false;
            } else if (c == '/' && end + 1 < target.length() && (isOneOf(target.charAt(end + 1), "/."))) {
                plain = false;
            }
        }
        String path = target.substring(0, end);
        return plain ? path : simplified(path);
    }

    private static boolean isOneOf(char c, String set) {
        return set.indexOf(c) >= 0;
    }

    private static @Nullable String simplified(String raw) {
        String decoded = decoded(raw);
        if (decoded == null) {
            return null;
        }
        var path = new StringBuilder(decoded.length());
        for (String segment : decoded.split("/", -1)) {
            int parameters = segment.indexOf(';');
            String name = parameters < 0 ? segment : segment.substring(0, parameters);
            if (name.equals(".") || name.equals("..")) {
                return null;
            }
            if (!name.isEmpty()) {
                path.append('/').append(name);
            }
        }
        boolean directory = path.isEmpty() || decoded.endsWith("/");
        return directory ? path.append('/').toString() : path.toString();
    }

    private static @Nullable String decoded(String raw) {
        var bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            if (i + 2 >= raw.length()) {
                return null;
            }
            int high = Character.digit(raw.charAt(i + 1), 16);
            int low = Character.digit(raw.charAt(i + 2), 16);
            int value = (high << 4) + low;
            if (high < 0 || low < 0 || value < ' ' || value == 0x7f) {
                return null;
            }
            bytes.write(value);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
