package dev.ghee.functions.object;

import dev.ghee.functions.object.source.ObjectName;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Which object a path is about: {@code …/_do/<name>/<instance>[/rest]}.
 *
 * @param instance decoded; any text of at most {@value #MAX_INSTANCE_BYTES} bytes
 */
record ObjectAddress(String name, String instance) {
    static final String SEGMENT = "/_do/";
    private static final int MAX_INSTANCE_BYTES = 512;

    /** @param path as sent, still percent-encoded; empty when it is no address of an object */
    static Optional<ObjectAddress> parse(String path) {
        int at = path.indexOf(SEGMENT);
        if (at < 0) {
            return Optional.empty();
        }
        int nameStart = at + SEGMENT.length();
        int nameEnd = path.indexOf('/', nameStart);
        if (nameEnd < 0) {
            return Optional.empty();
        }
        int end = path.indexOf('/', nameEnd + 1);
        String name = path.substring(nameStart, nameEnd);
        String instance = decode(path.substring(nameEnd + 1, end < 0 ? path.length() : end));
        return of(name, instance);
    }

    /** Empty when there can be no such object. */
    static Optional<ObjectAddress> of(String name, String instance) {
        int bytes = instance.getBytes(StandardCharsets.UTF_8).length;
        return ObjectName.isValid(name) && bytes > 0 && bytes <= MAX_INSTANCE_BYTES
                ? Optional.of(new ObjectAddress(name, instance))
                : Optional.empty();
    }

    /** Empty for what is no encoding. A plus is a plus: this is no form. */
    private static String decode(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** In ASCII. */
    String encodedInstance() {
        return URLEncoder.encode(instance, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
