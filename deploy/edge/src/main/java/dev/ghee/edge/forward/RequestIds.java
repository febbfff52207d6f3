package dev.ghee.edge.forward;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.SplittableRandom;

/**
 * Ids under which a request is found in every service's logs. A client's own id is kept when it is harmless there:
 * 1 to 128 letters, digits, dots, dashes and underscores. Ids are unique, not secret. Belongs to one event loop.
 */
public final class RequestIds {
    public static final CharSequence HEADER = HttpHeaders.createOptimized("x-request-id");

    private static final int MAX_LENGTH = 128;
    private static final int LENGTH = 20;
    private static final char[] ALPHABET = "0123456789abcdefghijklmnopqrstuv".toCharArray();

    private final SplittableRandom random = new SplittableRandom();

    /** The client's id, or a new one. */
    public String of(HttpServerRequest request) {
        String given = request.headers().get(HEADER);
        return given != null && isHarmless(given) ? given : next();
    }

    private String next() {
        var id = new char[LENGTH];
        long bits = random.nextLong();
        for (int i = 0; i < LENGTH; i++) {
            if (i == LENGTH / 2) {
                bits = random.nextLong();
            }
            id[i] = ALPHABET[(int) (bits & 31)];
            bits >>>= 5;
        }
        return new String(id);
    }

    static boolean isHarmless(String id) {
        if (id.isEmpty() || id.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean harmless = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.';
            if (!harmless) {
                return false;
            }
        }
        return true;
    }
}
