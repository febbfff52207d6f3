package dev.ghee.control.page;

import dev.ghee.control.platform.ControlConfig;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import jakarta.enterprise.context.RequestScoped;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where a form was sent from. Browsers say so with every POST, and pages of others cannot lie about it. */
@RequestScoped
public class PageOrigin {
    private final CurrentRequest request;
    private final String publicOrigin;
    private final Set<String> dashboards;

    PageOrigin(
            CurrentRequest request,
            ControlConfig config,
            @ConfigProperty(name = "ghee.cors.dashboards") Optional<List<String>> dashboards) {
        this.request = request;
        this.publicOrigin = origin(config.publicUrl());
        this.dashboards = Set.copyOf(dashboards.orElse(List.of()));
    }

    /** Fails with 403 {@code AUTH_FORBIDDEN} unless one of our own pages sent the form. */
    public void requireOwn() {
        String origin = request.header("Origin");
        if (origin == null || !(origin.equals(publicOrigin) || isHere(origin))) {
            throw foreign();
        }
    }

    /** The same, and the configured dashboards may send it too. */
    public void requireOwnOrDashboard() {
        String origin = request.header("Origin");
        if (origin == null || !(origin.equals(publicOrigin) || isHere(origin) || dashboards.contains(origin))) {
            throw foreign();
        }
    }

    /** A browser names the host that it reached; another site's page has another origin than that. */
    private boolean isHere(String origin) {
        String host = request.header("Host");
        return host != null && (origin.equals("http://" + host) || origin.equals("https://" + host));
    }

    /** Whether cookies must be kept to encrypted connections. */
    public boolean secure() {
        return publicOrigin.startsWith("https:");
    }

    private static String origin(String url) {
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    private static GheeException foreign() {
        return new GheeException(ErrorCode.AUTH_FORBIDDEN, "The form was sent from another site");
    }

    @Override
    public String toString() {
        return "PageOrigin[" + publicOrigin + "]";
    }
}
