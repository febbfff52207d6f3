package dev.ghee.storage.hosting.site;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that is live.
 *
 * @param files by path
 * @param former files with hashed names of the deployment that was live before: whoever has its page open still loads
 *     parts of it
 */
public record Site(UUID deployment, Framework framework, Map<String, SiteFile> files, Map<String, SiteFile> former) {
    static final String NOT_FOUND_PAGE = "404.html";

    private static final String PAGE = "index.html";
    /** Where no page is, whatever the framework. */
    private static final String VITE_ASSETS = "assets/";

    private static final String NEXT_ASSETS = "_next/";

    public Site {
        files = Map.copyOf(files);
        former = Map.copyOf(former);
    }

    /** What a path leads to. */
    public sealed interface Answer {
        /** @param status 200, or 404 with the site's own page */
        record Found(SiteFile file, int status) implements Answer {}

        /** The same page has one address, so that what it links to relatively is found. */
        record Moved(String path) implements Answer {}

        record Missing() implements Answer {}
    }

    /**
     * The answer to a request.
     *
     * @param path of the request, percent-encoded, beginning with a slash
     * @param wantsPage whether the client asked for HTML, as browsers do when somebody follows a link
     */
    public Answer answer(String path, boolean wantsPage) {
        String wanted = path.indexOf('%') < 0 ? path.substring(1) : decoded(path.substring(1));
        if (wanted == null) {
            return notFound();
        }
        SiteFile exact = files.get(wanted);
        if (exact != null) {
            return new Answer.Found(exact, 200);
        }
        if (wanted.isEmpty() || wanted.endsWith("/")) {
            return folder(path, wanted, wantsPage);
        }
        SiteFile page = files.get(wanted + ".html");
        if (page != null) {
            return new Answer.Found(page, 200);
        }
        if (files.containsKey(wanted + "/" + PAGE)) {
            return new Answer.Moved(path + "/");
        }
        SiteFile old = former.get(wanted);
        return old == null ? unknown(wanted, wantsPage) : new Answer.Found(old, 200);
    }

    private Answer folder(String path, String wanted, boolean wantsPage) {
        SiteFile page = files.get(wanted + PAGE);
        if (page != null) {
            return new Answer.Found(page, 200);
        }
        String without = wanted.isEmpty() ? "" : wanted.substring(0, wanted.length() - 1);
        // Not for paths such as //host, which a browser would take for another site.
        boolean single = !without.isEmpty() && !without.startsWith("/") && !without.endsWith("/");
        return single && (files.containsKey(without) || files.containsKey(without + ".html"))
                ? new Answer.Moved(path.substring(0, path.length() - 1))
                : unknown(wanted, wantsPage);
    }

    private Answer unknown(String wanted, boolean wantsPage) {
        SiteFile first = files.get(PAGE);
        boolean asset = wanted.startsWith(VITE_ASSETS)
                || wanted.startsWith(NEXT_ASSETS)
                || (!wantsPage && !MediaTypes.extension(wanted).isEmpty());
        return first != null && !asset && framework.routesItself(files.keySet())
                ? new Answer.Found(first, 200)
                : notFound();
    }

    private Answer notFound() {
        SiteFile own = files.get(NOT_FOUND_PAGE);
        return own == null ? new Answer.Missing() : new Answer.Found(own, 404);
    }

    /** Null when it is no UTF-8. */
    private static @Nullable String decoded(String path) {
        byte[] encoded = path.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.put(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
