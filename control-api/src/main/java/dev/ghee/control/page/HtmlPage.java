package dev.ghee.control.page;

import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.core.Response;
import java.util.List;

/**
 * A page as it is sent: no script at all, styles from here only, never in a frame, never from a cache. Forms go back to
 * where the page came from, and on to the targets that the page names.
 */
public final class HtmlPage {
    private static final String TYPE = "text/html;charset=UTF-8";

    private HtmlPage() {}

    public static Response of(int status, TemplateInstance page) {
        return of(status, page, List.of());
    }

    /**
     * The same.
     *
     * @param formTargets where a form's answer may redirect to, as sources of a content security policy
     */
    public static Response of(int status, TemplateInstance page, List<String> formTargets) {
        String targets = formTargets.isEmpty() ? "" : " " + String.join(" ", formTargets);
        return Response.status(status)
                .type(TYPE)
                .entity(page.render())
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; img-src https: data:; form-action 'self'" + targets
                                + "; frame-ancestors 'none'; base-uri 'none'")
                .header("X-Frame-Options", "DENY")
                .header("X-Content-Type-Options", "nosniff")
                // Forms need the origin; nobody else needs to know where somebody came from.
                .header("Referrer-Policy", "same-origin")
                .header("Cache-Control", "no-store")
                .build();
    }

    /** To another page, with GET. The location is relative: the browser knows best where it reached us. */
    public static Response seeOther(String location) {
        return Response.status(303)
                .header("Location", location)
                .header("Cache-Control", "no-store")
                .build();
    }
}
