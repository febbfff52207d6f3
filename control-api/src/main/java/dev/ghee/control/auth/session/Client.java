package dev.ghee.control.auth.session;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a session is used from, in the words its user would use.
 *
 * @param address the client's IP address, at most 64 characters
 * @param device such as {@code Firefox on Linux}; null when the client does not say
 */
public record Client(String address, @Nullable String device) {
    private static final int MAX_ADDRESS = 64;
    private static final int MAX_AGENT = 512;
    /** Of what a program calls itself. */
    private static final int MAX_PRODUCT = 60;

    /** In this order: most browsers also claim to be the ones behind them. */
    private static final Map<String, String> BROWSERS = new LinkedHashMap<>();

    private static final Map<String, String> SYSTEMS = new LinkedHashMap<>();

    static {
        BROWSERS.put("edg", "Edge");
        BROWSERS.put("opr/", "Opera");
        BROWSERS.put("samsungbrowser", "Samsung Internet");
        BROWSERS.put("firefox", "Firefox");
        BROWSERS.put("fxios", "Firefox");
        BROWSERS.put("crios", "Chrome");
        BROWSERS.put("headlesschrome", "Chrome");
        BROWSERS.put("chromium", "Chromium");
        BROWSERS.put("chrome", "Chrome");
        BROWSERS.put("safari", "Safari");
        SYSTEMS.put("iphone", "iPhone");
        SYSTEMS.put("ipad", "iPad");
        SYSTEMS.put("android", "Android");
        SYSTEMS.put("cros", "ChromeOS");
        SYSTEMS.put("windows", "Windows");
        SYSTEMS.put("mac os", "macOS");
        SYSTEMS.put("linux", "Linux");
    }

    public Client {
        address = address.length() <= MAX_ADDRESS ? address : address.substring(0, MAX_ADDRESS);
    }

    /** With a summary of header {@code User-Agent}; the header itself is not kept. */
    public static Client of(String address, @Nullable String userAgent) {
        return new Client(address, userAgent == null ? null : summary(userAgent));
    }

    private static @Nullable String summary(String userAgent) {
        String sent = userAgent.length() <= MAX_AGENT ? userAgent : userAgent.substring(0, MAX_AGENT);
        String lower = sent.toLowerCase(Locale.ROOT);
        String browser = lower.startsWith("mozilla/") ? first(BROWSERS, lower) : null;
        String system = first(SYSTEMS, lower);
        if (browser == null) {
            String product = product(sent);
            return product.isEmpty() ? null : product;
        }
        return system == null ? browser : browser + " on " + system;
    }

    private static @Nullable String first(Map<String, String> names, String lower) {
        return names.entrySet().stream()
                .filter(name -> lower.contains(name.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** The first word, without its version. */
    private static String product(String userAgent) {
        String word = userAgent.strip().split("[/\\s]", 2)[0];
        StringBuilder plain = new StringBuilder();
        word.chars().filter(c -> c > ' ' && c < 0x7f).limit(MAX_PRODUCT).forEach(c -> plain.append((char) c));
        return plain.toString();
    }
}
