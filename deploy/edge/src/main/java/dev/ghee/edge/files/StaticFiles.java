package dev.ghee.edge.files;

import dev.ghee.edge.forward.Answers;
import dev.ghee.edge.routes.RequestPath;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Serves a directory, for development: nothing is cached, no listings, no dot files, nothing that a symbolic link takes
 * out of the directory.
 */
public final class StaticFiles implements Handler<HttpServerRequest> {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "md", "text/markdown; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2");

    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Vertx vertx;
    private final Path root;
    private final String prefix;

    /** Serves the files under {@code root} at {@code prefix}, which ends with a slash. */
    public StaticFiles(Vertx vertx, Path root, String prefix) {
        this.vertx = vertx;
        this.root = root.toAbsolutePath().normalize();
        this.prefix = prefix;
    }

    /** What a path turned out to be. */
    private sealed interface Found {
        record Page(Path file, String type) implements Found {}

        /** A directory asked for without its slash, under which relative links would not work. */
        record Directory() implements Found {}

        record Nothing() implements Found {}
    }

    @Override
    public void handle(HttpServerRequest request) {
        String path = RequestPath.canonical(request.uri());
        if (path == null || !path.startsWith(prefix) || !METHODS.contains(request.method())) {
            Answers.unknownRoute(request);
            return;
        }
        vertx.executeBlocking(() -> find(path.substring(prefix.length())), false)
                .onSuccess(found -> answer(request, path, found))
                .onFailure(_ -> Answers.unknownRoute(request));
    }

    private static void answer(HttpServerRequest request, String path, Found found) {
        switch (found) {
            case Found.Page(Path file, String type) ->
                request.response()
                        .putHeader("content-type", type)
                        .putHeader("cache-control", "no-cache")
                        .putHeader("x-content-type-options", "nosniff")
                        .putHeader("referrer-policy", "no-referrer")
                        .putHeader("content-security-policy", "default-src 'self'; frame-ancestors 'none'")
                        .sendFile(file.toString());
            case Found.Directory _ ->
                request.response()
                        .setStatusCode(308)
                        .putHeader("location", path + "/")
                        .end();
            case Found.Nothing _ -> Answers.unknownRoute(request);
        }
    }

    private Found find(String relative) throws IOException {
        if (relative.contains("/.") || relative.startsWith(".")) {
            return new Found.Nothing();
        }
        Path file = root.resolve(relative).normalize();
        if (!file.startsWith(root)) {
            return new Found.Nothing();
        }
        if (Files.isDirectory(file)) {
            if (!relative.isEmpty() && !relative.endsWith("/")) {
                return new Found.Directory();
            }
            file = file.resolve("index.html");
        }
        String type = typeOf(file);
        boolean inside = Files.isRegularFile(file) && file.toRealPath().startsWith(root.toRealPath());
        return type != null && inside && !Files.isSymbolicLink(file) ? new Found.Page(file, type) : new Found.Nothing();
    }

    /** Types that a page is made of; anything else, such as a setup script, is not served. */
    private static @Nullable String typeOf(Path file) {
        String name = file.getFileName().toString();
        return TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    }
}
