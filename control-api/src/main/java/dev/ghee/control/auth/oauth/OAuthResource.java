package dev.ghee.control.auth.oauth;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.signin.SignIn;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Leaving for a provider and coming back, by browser. */
@Path("/auth/{app}/oauth/{provider}")
@RunOnVirtualThread
public class OAuthResource {
    private final AuthCall call;
    private final OAuthFlows flows;
    private final BrowserCookie cookie;

    OAuthResource(AuthCall call, OAuthFlows flows, BrowserCookie cookie) {
        this.call = call;
        this.flows = flows;
        this.cookie = cookie;
    }

    /**
     * Sends the browser to the provider.
     *
     * @param redirectTo the app's page to end on; without it the sign-in ends with JSON
     * @param redirectUri one of the configured ones; the first one without it
     * @param linkTicket links an identity to the user who got the ticket, and signs nobody in
     */
    @GET
    public Response leave(
            String app,
            String provider,
            @RestQuery("redirect_to") @Nullable String redirectTo,
            @RestQuery("redirect_uri") @Nullable String redirectUri,
            @RestQuery("link_ticket") @Nullable String linkTicket,
            @Context HttpHeaders headers) {
        AppState state = call.app(app);
        call.limit(RateLimits.Route.OAUTH, state, null);
        var wanted = new OAuthFlows.Wanted(provider, redirectTo, redirectUri, linkTicket);
        OAuthFlows.Departure departure =
                flows.begin(state, wanted, cookie.read(headers).orElse(null));
        var response = redirect(departure.url());
        String browser = departure.browser();
        return (browser == null ? response : response.cookie(cookie.of(browser, departure.formPost()))).build();
    }

    /** Most providers send the browser back with a query. */
    @GET
    @Path("callback")
    public Response comeBack(String app, String provider, @Context UriInfo uri, @Context HttpHeaders headers) {
        return finish(app, provider, uri.getQueryParameters(), headers);
    }

    /** Apple sends it back with a form. */
    @POST
    @Path("callback")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Response comeBackWithForm(
            String app, String provider, MultivaluedMap<String, String> form, @Context HttpHeaders headers) {
        return finish(app, provider, form, headers);
    }

    private Response finish(String app, String provider, MultivaluedMap<String, String> sent, HttpHeaders headers) {
        AppState state = call.app(app);
        call.limit(RateLimits.Route.OAUTH, state, null);
        OAuthFlows.Arrival arrival = flows.finish(
                state, provider, Returned.of(sent), cookie.read(headers).orElse(null), call.client());
        URI target = arrival.redirectTo();
        return switch (arrival) {
            case OAuthFlows.Arrival.Denied denied -> {
                if (target == null) {
                    throw new GheeException(ErrorCode.REQUEST_ERROR, "The sign-in was cancelled at the provider");
                }
                yield redirect(RedirectTarget.with(target, Map.of("error", denied.error())))
                        .build();
            }
            case OAuthFlows.Arrival.Vouched vouched ->
                redirect(RedirectTarget.with(vouched.redirectTo(), Map.of("identity_ticket", vouched.ticket())))
                        .build();
            case OAuthFlows.Arrival.SignedIn signedIn ->
                target == null
                        ? Response.ok(signedIn.outcome().answer(), MediaType.APPLICATION_JSON_TYPE)
                                .header("Cache-Control", "no-store")
                                .build()
                        : redirect(RedirectTarget.with(target, parameters(signedIn.outcome())))
                                .build();
        };
    }

    private static Map<String, String> parameters(SignIn.Outcome outcome) {
        var parameters = new LinkedHashMap<String, String>();
        switch (outcome) {
            case SignIn.Outcome.Session(Answers.Session session) -> {
                parameters.put("access_token", session.accessToken());
                parameters.put("refresh_token", session.refreshToken());
                parameters.put("expires_in", Long.toString(session.expiresIn()));
                parameters.put("token_type", session.tokenType());
            }
            case SignIn.Outcome.SecondFactorDue(Answers.SecondFactorDue due) -> {
                parameters.put("mfa_required", "true");
                parameters.put("challenge_token", due.challengeToken());
                parameters.put("challenge_expires_in", Long.toString(due.challengeExpiresIn()));
                parameters.put("factors", String.join(",", due.factors()));
            }
        }
        return parameters;
    }

    /** What is in the address must neither be kept by caches nor be told to the next page's neighbours. */
    private static Response.ResponseBuilder redirect(URI target) {
        return Response.status(Response.Status.FOUND)
                .header(HttpHeaders.LOCATION, target.toString())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("Referrer-Policy", "no-referrer");
    }
}
