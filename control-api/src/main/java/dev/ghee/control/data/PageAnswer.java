package dev.ghee.control.data;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a list. {@code X-Total-Count} and {@code Content-Range} come only when a total was asked for; {@code
 * Link} also when the list ended at a limit that the client did not name.
 */
final class PageAnswer {
    private PageAnswer() {}

    static Response of(DataStore.Page page, PageRequest request, HttpServerRequest http) {
        var answer = Response.ok().type(MediaType.APPLICATION_JSON_TYPE).entity(page.json());
        long end = request.offset() + page.rows();
        boolean more =
                page.total().map(total -> end < total).orElse(!request.limited() && page.rows() == request.limit());
        page.total().ifPresent(total -> {
            String range = page.rows() == 0 ? "*" : request.offset() + "-" + (end - 1);
            answer.header("X-Total-Count", total).header("Content-Range", range + "/" + total);
        });
        if (more && page.rows() > 0) {
            answer.header(
                    "Link", "<" + http.path() + "?" + next(http.query(), end, request.limit()) + ">; rel=\"next\"");
        }
        return answer.build();
    }

    /** The same query from another offset; values stay as encoded as they came. */
    private static String next(@Nullable String query, long offset, int limit) {
        var next = new StringBuilder();
        for (String parameter : query == null ? new String[0] : query.split("&")) {
            if (!parameter.isEmpty() && !parameter.startsWith("offset=") && !parameter.startsWith("limit=")) {
                next.append(parameter).append('&');
            }
        }
        return next.append("limit=")
                .append(limit)
                .append("&offset=")
                .append(offset)
                .toString();
    }
}
