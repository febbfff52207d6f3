package dev.ghee.outbound;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a URL leads.
 *
 * @param host as a name or a literal, without brackets
 */
record Target(String host, int port, boolean tls, String path) {
    private static final int MAX_URL = 4096;
    /** What some resolvers read as a number: 0177.0.0.1 is one address for one of them and another for the next. */
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?(\\d+|0x[0-9a-f]*)\\.?");

    private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

    /**
     * Fails with {@link OutboundException.Reason#INVALID_URL}.
     *
     * @param trusted hosts, or hosts with ports, that may be called without TLS
     */
    static Target of(URI uri, Set<String> trusted) throws OutboundException {
        return of(uri, trusted, Schemes.TLS);
    }

    /** Which connections may be made to hosts that are not trusted. */
    enum Schemes {
        TLS,
        /** For what is public anyway, and asked without credentials. */
        ANY
    }

    static Target of(URI uri, Set<String> trusted, Schemes schemes) throws OutboundException {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null || uri.toString().length() > MAX_URL) {
            throw new OutboundException(OutboundException.Reason.INVALID_URL, "no plain absolute URL");
        }
        boolean tls = scheme.equals("https");
        int port = uri.getPort() < 0 ? (tls ? 443 : 80) : uri.getPort();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        Target target = new Target(bare.toLowerCase(Locale.ROOT), port, tls, pathOf(uri));
        if (!tls && !(scheme.equals("http") && (schemes == Schemes.ANY || target.isTrusted(trusted)))) {
            throw new OutboundException(OutboundException.Reason.INVALID_URL, "scheme " + scheme + " is not allowed");
        }
        if (NUMERIC.matcher(target.host()).matches()
                && !IPV4.matcher(target.host()).matches()) {
            throw new OutboundException(OutboundException.Reason.INVALID_URL, "an address in an odd spelling");
        }
        if (port < 1 || port > 65_535) {
            throw new OutboundException(OutboundException.Reason.INVALID_URL, "port " + port + " is not allowed");
        }
        return target;
    }

    boolean isTrusted(Set<String> trusted) {
        return trusted.contains(host) || trusted.contains(host + ":" + port);
    }

    boolean sameOrigin(Target other) {
        return host.equals(other.host) && port == other.port && tls == other.tls;
    }

    private static String pathOf(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }
}
