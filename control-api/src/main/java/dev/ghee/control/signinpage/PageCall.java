package dev.ghee.control.signinpage;

import dev.ghee.contracts.AppState;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.app.SignInTheme;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.page.HtmlPage;
import dev.ghee.control.page.PageOrigin;
import dev.ghee.control.platform.ControlConfig;
import dev.ghee.errors.GheeException;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an app's pages have in common. Waits: call from a virtual thread. */
@RequestScoped
class PageCall {
    private static final int MAX_TEXT = 1024;

    private final AuthCall call;
    private final AppStates states;
    private final ControlConfig config;
    private final PageOrigin origin;

    PageCall(AuthCall call, AppStates states, ControlConfig config, PageOrigin origin) {
        this.call = call;
        this.states = states;
        this.config = config;
        this.origin = origin;
    }

    /** A page being asked for, of an app that serves, with an address to go back to that it allows. */
    record Asked(AppPages.Look look, ReturnAddress back) {}

    /** Shows a page; an app or an address that is none gets a page that says so. */
    Response show(String app, @Nullable String redirectTo, Function<Asked, TemplateInstance> page) {
        return asking(app, redirectTo, asked -> html(200, asked, page.apply(asked)));
    }

    /**
     * Does what a form asks for. Whatever is the sender's mistake becomes text on the page that failed gives; a form
     * that was sent from elsewhere does nothing.
     */
    Response act(String app, @Nullable String redirectTo, Function<Asked, Response> work, Failed failed) {
        return asking(app, redirectTo, asked -> {
            try {
                origin.requireOwn();
                return work.apply(asked);
            } catch (GheeException e) {
                if (e.httpStatus() >= 500 && e.httpStatus() != 503) {
                    throw e;
                }
                return html(e.httpStatus(), asked, failed.page(asked, text(e)));
            }
        });
    }

    /** The page that shows what went wrong. */
    interface Failed {
        TemplateInstance page(Asked asked, String error);
    }

    Response html(int status, Asked asked, TemplateInstance page) {
        return HtmlPage.of(status, page, List.of(asked.back().origin()));
    }

    /** How the app's pages look. */
    SignInTheme theme(String app) {
        AppState state = call.app(app);
        return Waiting.on(() -> states.get(state.appId())).signInTheme();
    }

    /** A field as far as any honest browser fills it. */
    static String field(@Nullable String sent) {
        return sent == null || sent.length() > MAX_TEXT ? "" : sent;
    }

    private Response asking(String app, @Nullable String redirectTo, Function<Asked, Response> work) {
        AppState state;
        try {
            state = call.app(app);
        } catch (GheeException e) {
            return HtmlPage.of(e.httpStatus(), AppPages.problem("This does not work", e.message()));
        }
        Optional<ReturnAddress> back = ReturnAddress.parse(field(redirectTo), state, config.baseDomain());
        if (back.isEmpty()) {
            return HtmlPage.of(
                    400,
                    AppPages.problem(
                            "This does not work",
                            "The address to go back to is missing, or the app does not allow it."));
        }
        return work.apply(new Asked(look(state, field(redirectTo)), back.get()));
    }

    private AppPages.Look look(AppState app, String redirectTo) {
        SignInTheme theme = Waiting.on(() -> states.get(app.appId())).signInTheme();
        String name = theme.displayName();
        String logo = theme.logoUrl();
        return new AppPages.Look(
                "/auth/" + app.appId() + "/ui",
                "?redirect_to=" + URLEncoder.encode(redirectTo, StandardCharsets.UTF_8),
                redirectTo,
                name == null ? app.name() : name,
                logo == null ? "" : logo);
    }

    /** The message, and what it says about each field. */
    private static String text(GheeException e) {
        if (e.details() instanceof List<?> details && details.stream().allMatch(String.class::isInstance)) {
            return e.message() + ": "
                    + String.join("; ", details.stream().map(Object::toString).toList());
        }
        return e.message();
    }
}
