package dev.ghee.storage.hosting.site;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What an Accept-Encoding header allows (RFC 9110, 12.5.3). */
public record AcceptedForms(boolean brotli, boolean gzip) {
    private static final AcceptedForms NONE = new AcceptedForms(false, false);

    /** Browsers send a handful of values between them. */
    private static final int REMEMBERED = 256;

    private static final Map<String, AcceptedForms> SEEN = new ConcurrentHashMap<>();

    public static AcceptedForms of(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return NONE;
        }
        AcceptedForms seen = SEEN.get(header);
        if (seen == null) {
            seen = parse(header);
            if (SEEN.size() < REMEMBERED && header.length() <= REMEMBERED) {
                SEEN.put(header, seen);
            }
        }
        return seen;
    }

    private static AcceptedForms parse(String header) {
        Boolean brotli = null;
        Boolean gzip = null;
        boolean others = false;
        for (String item : header.toLowerCase(Locale.ROOT).split(",", 32)) {
            String[] parts = item.split(";", 2);
            boolean wanted = parts.length == 1 || !parts[1].strip().matches("q\\s*=\\s*0(\\.0*)?");
            switch (parts[0].strip()) {
                case "br" -> brotli = wanted;
                case "gzip", "x-gzip" -> gzip = wanted;
                case "*" -> others = wanted;
                default -> {}
            }
        }
        return new AcceptedForms(brotli == null ? others : brotli, gzip == null ? others : gzip);
    }

    /** The smallest form of the file that the client takes. */
    public SiteFile.Form best(SiteFile file) {
        if (brotli && file.has(SiteFile.Form.BROTLI)) {
            return SiteFile.Form.BROTLI;
        }
        return gzip && file.has(SiteFile.Form.GZIP) ? SiteFile.Form.GZIP : SiteFile.Form.PLAIN;
    }
}
