package dev.ghee.contracts;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a host in the one form in which names are compared: lower case, without a port and without the root's
 * dot. An IPv6 address keeps its brackets. International names are in their ASCII form, as in every Host header.
 */
public record HostName(String value) {
    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}]");
    private static final Pattern PORT = Pattern.compile("\\d{0,5}");

    /** Fails with {@link IllegalArgumentException} unless it is in that form. */
    public HostName {
        if (!isName(value) && !IPV6.matcher(value).matches()) {
            throw new IllegalArgumentException("Not the name of a host");
        }
    }

    /** What a Host header (RFC 9110 §7.2) names, or null when it names nothing that a request could be for. */
    public static @Nullable HostName ofHeader(String header) {
        // Before lower case is made: that of some foreign letters is ASCII.
        if (header.length() > MAX_NAME + ".:65535".length() || !header.chars().allMatch(c -> c < 0x7f)) {
            return null;
        }
        int end = header.startsWith("[") ? header.indexOf(']') + 1 : header.indexOf(':');
        boolean hasPort = end >= 0 && end < header.length();
        if (hasPort && !isPort(header, end)) {
            return null;
        }
        String name = (hasPort ? header.substring(0, end) : header).toLowerCase(Locale.ROOT);
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return isName(bare) || IPV6.matcher(bare).matches() ? new HostName(bare) : null;
    }

    private static boolean isPort(String header, int colon) {
        return header.charAt(colon) == ':'
                && PORT.matcher(header.substring(colon + 1)).matches();
    }

    /**
     * Whether an app could be served under it. Addresses and names without a dot are machines' own: no app can have
     * them, so a request for them is the API's.
     */
    public boolean mayBeASites() {
        int dot = value.lastIndexOf('.');
        if (dot < 0 || value.startsWith("[")) {
            return false;
        }
        // A number at the end makes it an IPv4 address, however it is spelled (WHATWG URL, "ends in a number").
        return !Character.isDigit(value.charAt(dot + 1));
    }

    /** Whether it is the given domain or lies below it. */
    public boolean isWithin(HostName domain) {
        return value.equals(domain.value) || value.endsWith("." + domain.value);
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > MAX_NAME) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (label == 0) {
                    return false;
                }
                label = 0;
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
                label++;
            } else {
                return false;
            }
            if (label > MAX_LABEL) {
                return false;
            }
        }
        return label > 0;
    }

    @Override
    public String toString() {
        return value;
    }
}
