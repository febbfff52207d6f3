package dev.ghee.storage.hosting;

import dev.ghee.storage.hosting.site.MediaTypes;
import dev.ghee.storage.hosting.site.SiteFile;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Headers of a site's answers, and the pages that are ours and not the site's. */
final class SiteAnswers {
    static final CharSequence IMMUTABLE = HttpHeaders.createOptimized("public, max-age=31536000, immutable");
    /** To be asked for each time; unchanged, that costs an answer without a body. */
    static final CharSequence REVALIDATED = HttpHeaders.createOptimized("public, max-age=0, must-revalidate");

    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF_VALUE = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence REFERRER = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence REFERRER_VALUE = HttpHeaders.createOptimized("strict-origin-when-cross-origin");
    private static final CharSequence FRAMES = HttpHeaders.createOptimized("X-Frame-Options");
    private static final CharSequence FRAMES_VALUE = HttpHeaders.createOptimized("SAMEORIGIN");
    private static final CharSequence ACCEPT_ENCODING_VALUE = HttpHeaders.createOptimized("Accept-Encoding");

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}</style></head>
            <body><h1>%s</h1><p>%s</p></body>
            </html>
            """;

    private SiteAnswers() {}

    /** All that does not depend on the request, but for the entity tag. */
    static void describe(MultiMap headers, SiteFile file) {
        headers.set(HttpHeaders.CONTENT_TYPE, MediaTypes.of(file.path()));
        headers.set(HttpHeaders.CACHE_CONTROL, file.hashed() ? IMMUTABLE : REVALIDATED);
        secure(headers);
        if (file.varies()) {
            headers.set(HttpHeaders.VARY, ACCEPT_ENCODING_VALUE);
        }
    }

    private static void secure(MultiMap headers) {
        headers.set(NOSNIFF, NOSNIFF_VALUE);
        headers.set(REFERRER, REFERRER_VALUE);
        headers.set(FRAMES, FRAMES_VALUE);
    }

    /** A page of ours; the texts are ours as well, never the visitor's. */
    static void page(HttpServerResponse response, boolean withBody, int status, String title, String text) {
        secure(response.headers());
        String body = PAGE.formatted(title, title, text);
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
        if (withBody) {
            response.end(body);
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                    .end();
        }
    }
}
