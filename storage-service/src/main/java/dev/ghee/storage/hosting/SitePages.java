package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.hosting.ContentCache.Content;
import dev.ghee.storage.hosting.site.AcceptedForms;
import dev.ghee.storage.hosting.site.ByteRange;
import dev.ghee.storage.hosting.site.Site;
import dev.ghee.storage.hosting.site.SiteFile;
import dev.ghee.storage.hosting.site.SiteFile.Form;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Answers requests for pages of an app's site. On the event loop; what is in memory is answered at once. */
@ApplicationScoped
public class SitePages {
    private static final Logger LOG = Logger.getLogger(SitePages.class);
    private static final CharSequence RANGE = HttpHeaders.createOptimized("Range");
    private static final CharSequence IF_RANGE = HttpHeaders.createOptimized("If-Range");
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("Retry-After");

    private final SiteDirectory sites;
    private final ContentCache contents;

    SitePages(SiteDirectory sites, ContentCache contents) {
        this.sites = sites;
        this.contents = contents;
    }

    /**
     * Answers the request.
     *
     * @param path within the site, percent-encoded, beginning with a slash
     * @param base what the request's path has before {@code path}; empty on the site's own host
     */
    public void answer(HttpServerRequest request, AppState app, String path, String base) {
        if (!isReading(request)) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            SiteAnswers.page(
                    request.response(), true, 405, "Not here", "A static site answers GET and HEAD requests only.");
            return;
        }
        if (app.paused()) {
            unavailable(request, "This site is paused", "Its owner has paused it for now.", "60");
            return;
        }
        if (app.status() == AppState.Status.DELETING) {
            unknown(request);
            return;
        }
        Future<Optional<Site>> site = sites.find(app);
        if (site.succeeded()) {
            answer(request, site.result(), path, base);
            return;
        }
        site.onSuccess(found -> answer(request, found, path, base)).onFailure(e -> failed(request, app, e));
    }

    /** Nothing is served under this name. */
    public void unknown(HttpServerRequest request) {
        SiteAnswers.page(
                request.response(),
                request.method() != HttpMethod.HEAD,
                404,
                "There is no site here",
                "Check the address. If the site is yours, check its app's subdomain and custom domains.");
    }

    private static boolean isReading(HttpServerRequest request) {
        return request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    }

    private static void unavailable(HttpServerRequest request, String title, String text, String seconds) {
        request.response().putHeader(RETRY_AFTER, seconds);
        SiteAnswers.page(request.response(), request.method() != HttpMethod.HEAD, 503, title, text);
    }

    private static void failed(HttpServerRequest request, AppState app, Throwable e) {
        LOG.warnf(e, "A site cannot be served: app=%s", app.appId());
        if (request.response().headWritten()) {
            request.connection().close();
        } else {
            unavailable(request, "This site cannot be reached", "Please try again in a moment.", "5");
        }
    }

    private void answer(HttpServerRequest request, Optional<Site> site, String path, String base) {
        if (site.isEmpty()) {
            SiteAnswers.page(
                    request.response(),
                    request.method() != HttpMethod.HEAD,
                    404,
                    "Nothing is deployed yet",
                    "This app has no site that is live.");
            return;
        }
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        switch (site.get().answer(path, accept != null && accept.contains("text/html"))) {
            case Site.Answer.Found(SiteFile file, int status) -> file(request, file, status);
            case Site.Answer.Moved(String to) -> moved(request, base + to);
            case Site.Answer.Missing() ->
                SiteAnswers.page(
                        request.response(),
                        request.method() != HttpMethod.HEAD,
                        404,
                        "Page not found",
                        "This site has no such page.");
        }
    }

    private static void moved(HttpServerRequest request, String to) {
        String query = request.query();
        request.response()
                .setStatusCode(308)
                .putHeader(HttpHeaders.LOCATION, query == null ? to : to + "?" + query)
                .putHeader(HttpHeaders.CACHE_CONTROL, SiteAnswers.REVALIDATED)
                .end();
    }

    private void file(HttpServerRequest request, SiteFile file, int status) {
        HttpServerResponse response = request.response();
        MultiMap headers = response.headers();
        SiteAnswers.describe(headers, file);
        String ifNoneMatch = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        Form form =
                AcceptedForms.of(request.getHeader(HttpHeaders.ACCEPT_ENCODING)).best(file);
        if (status == 200 && ifNoneMatch != null && file.isNamedIn(List.of(ifNoneMatch.split(",", 32)))) {
            headers.set(HttpHeaders.ETAG, file.tag(form));
            response.setStatusCode(304).end();
            return;
        }
        @Nullable String range = status == 200 ? request.getHeader(RANGE) : null;
        if (range != null && holds(request.getHeader(IF_RANGE), file)) {
            part(request, file, ByteRange.of(range, file.sizeBytes()));
            return;
        }
        headers.set(HttpHeaders.ETAG, file.tag(form));
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (form != Form.PLAIN) {
            headers.set(HttpHeaders.CONTENT_ENCODING, form.coding());
        }
        response.setStatusCode(status);
        long length = file.length(form);
        if (request.method() == HttpMethod.HEAD) {
            headers.set(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
            response.end();
            return;
        }
        Buffer known = contents.inMemory(file.objectKey(form));
        if (known != null) {
            response.end(known);
        } else {
            send(request, file.objectKey(form), new Slice(length, 0, length));
        }
    }

    /** Parts are of the plain form: a part of a compressed one is of no use to anybody. */
    private static boolean holds(@Nullable String ifRange, SiteFile file) {
        return ifRange == null || ifRange.strip().equals(file.tag(Form.PLAIN));
    }

    private void part(HttpServerRequest request, SiteFile file, ByteRange range) {
        HttpServerResponse response = request.response();
        response.headers().set(HttpHeaders.ETAG, file.tag(Form.PLAIN));
        response.headers().set(HttpHeaders.ACCEPT_RANGES, "bytes");
        long total = file.sizeBytes();
        Slice slice;
        switch (range) {
            case ByteRange.Unsatisfiable() -> {
                response.setStatusCode(416)
                        .putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + total)
                        .end();
                return;
            }
            case ByteRange.Whole() -> slice = new Slice(total, 0, total);
            case ByteRange.Part part -> {
                response.setStatusCode(206)
                        .putHeader(
                                HttpHeaders.CONTENT_RANGE, "bytes " + part.first() + "-" + part.last() + "/" + total);
                slice = new Slice(total, part.first(), part.length());
            }
        }
        if (request.method() == HttpMethod.HEAD) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(slice.length()))
                    .end();
        } else {
            send(request, file.objectKey(Form.PLAIN), slice);
        }
    }

    /** @param total of the whole content */
    private record Slice(long total, long offset, long length) {}

    private void send(HttpServerRequest request, String key, Slice slice) {
        contents.get(key, slice.total())
                .compose(
                        content -> send(request.response(), content, slice).recover(e -> again(request, key, slice, e)))
                .onFailure(e -> {
                    LOG.warnf(e, "A content cannot be served: key=%s", key);
                    withdraw(request);
                });
    }

    /** The file was dropped between finding and opening it. */
    private Future<Void> again(HttpServerRequest request, String key, Slice slice, Throwable e) {
        if (request.response().headWritten() || request.response().closed()) {
            return Future.failedFuture(e);
        }
        contents.forgetFile(key);
        return contents.get(key, slice.total()).compose(content -> send(request.response(), content, slice));
    }

    private static Future<Void> send(HttpServerResponse response, Content content, Slice slice) {
        return switch (content) {
            case ContentCache.InMemory(Buffer bytes) ->
                response.end(
                        slice.length() == bytes.length()
                                ? bytes
                                : bytes.slice((int) slice.offset(), (int) (slice.offset() + slice.length())));
            case ContentCache.OnDisk(var file, long _) ->
                response.sendFile(file.toString(), slice.offset(), slice.length());
        };
    }

    /** Nothing of the content was sent, or the client has to notice that it is not all of it. */
    private static void withdraw(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        if (response.headWritten()) {
            request.connection().close();
            return;
        }
        response.headers().clear();
        unavailable(request, "This site cannot be reached", "Please try again in a moment.", "5");
    }
}
