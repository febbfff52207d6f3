package dev.ghee.control.mcpauth;

import dev.ghee.control.account.Person;
import dev.ghee.control.key.KeyChoices;
import dev.ghee.control.page.HtmlPage;
import dev.ghee.control.page.PlatformPages;
import dev.ghee.control.page.Visitor;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks somebody who is signed in whether a program may have a key, and for what. */
@Path("/oauth/consent")
@RunOnVirtualThread
class ConsentPage {
    private final Authorization authorization;
    private final KeyChoices choices;
    private final Visitor visitor;

    ConsentPage(Authorization authorization, KeyChoices choices, Visitor visitor) {
        this.authorization = authorization;
        this.choices = choices;
        this.visitor = visitor;
    }

    @GET
    public Response page(@QueryParam("st") @Nullable String st) {
        try {
            RequestStore.Open open = authorization.open(st);
            return visitor.signedIn()
                    .map(who -> consent(200, open, st, who.person(), who.formToken(), ""))
                    .orElseGet(() -> HtmlPage.seeOther("/account/sign-in?next="
                            + URLEncoder.encode("/oauth/consent?st=" + st, StandardCharsets.UTF_8)));
        } catch (GheeException e) {
            return problem(e);
        }
    }

    @POST
    public Response decide(
            @FormParam("form_token") @Nullable String formToken,
            @FormParam("st") @Nullable String st,
            @FormParam("decision") @Nullable String decision,
            @FormParam("choice") @Nullable String choice,
            @FormParam("gateway") @Nullable String gateway) {
        Person person = visitor.sender(formToken);
        RequestStore.Open open;
        try {
            open = authorization.open(st);
            if (!"approve".equals(decision)) {
                return HtmlPage.seeOther(authorization.deny(st));
            }
        } catch (GheeException e) {
            return problem(e);
        }
        try {
            List<String> more = "yes".equals(gateway) ? List.of("ai:gateway") : List.of();
            return HtmlPage.seeOther(
                    authorization.approve(st, person, KeyChoices.key(open.clientName(), choice, more)));
        } catch (GheeException e) {
            if (e.httpStatus() >= 500) {
                throw e;
            }
            return consent(e.httpStatus(), open, st, person, formToken == null ? "" : formToken, e.message());
        }
    }

    private Response consent(
            int status, RequestStore.Open open, @Nullable String st, Person person, String formToken, String error) {
        var asking = new PlatformPages.Asking(
                open.clientName(), open.redirectUri().shown(), Authorization.asksForGateway(open));
        String state = st == null ? "" : st;
        return HtmlPage.of(
                status,
                PlatformPages.consent(
                        asking,
                        person.email(),
                        formToken,
                        state,
                        "/oauth/consent?st=" + state,
                        choices.of(person.userId()),
                        error),
                List.of(open.redirectUri().asSource()));
    }

    private static Response problem(GheeException e) {
        if (e.httpStatus() >= 500) {
            throw e;
        }
        return HtmlPage.of(e.httpStatus(), PlatformPages.problem("This does not work", e.message()));
    }
}
