package dev.ghee.control.auth.oauth;

import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.identity.ExternalIdentity;
import dev.ghee.control.auth.identity.Identification;
import dev.ghee.control.auth.identity.LinkTickets;
import dev.ghee.control.auth.oauth.Dialect.Trait;
import dev.ghee.control.auth.session.Client;
import dev.ghee.control.auth.signin.Proof;
import dev.ghee.control.auth.signin.SignIn;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The steps of a sign-in with a provider. Waits: call from a virtual thread, during a request. */
@ApplicationScoped
class OAuthFlows {
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,60}");

    private final ProviderStore providers;
    private final Discovery discovery;
    private final FlowStore flows;
    private final RedirectTarget targets;
    private final BrowserCookie cookie;
    private final TokenExchange exchange;
    private final Profiles profiles;
    private final Identification identification;
    private final LinkTickets tickets;
    private final SignIn signIn;
    private final AuthCall call;

    OAuthFlows(
            ProviderStore providers,
            Discovery discovery,
            FlowStore flows,
            RedirectTarget targets,
            BrowserCookie cookie,
            TokenExchange exchange,
            Profiles profiles,
            Identification identification,
            LinkTickets tickets,
            SignIn signIn,
            AuthCall call) {
        this.providers = providers;
        this.discovery = discovery;
        this.flows = flows;
        this.targets = targets;
        this.cookie = cookie;
        this.exchange = exchange;
        this.profiles = profiles;
        this.identification = identification;
        this.tickets = tickets;
        this.signIn = signIn;
        this.call = call;
    }

    /** As it was asked for. */
    record Wanted(
            String provider,
            @Nullable String redirectTo,
            @Nullable String redirectUri,
            @Nullable String linkTicket) {}

    /**
     * Where the browser goes.
     *
     * @param browser the cookie that it has to come back with; null for none
     */
    record Departure(URI url, @Nullable String browser, boolean formPost) {
        @Override
        public String toString() {
            return "Departure[" + url.getHost() + "]";
        }
    }

    /** How a flow ended. */
    sealed interface Arrival {
        /** The app's page, or null to answer with JSON. */
        @Nullable
        URI redirectTo();

        record SignedIn(SignIn.Outcome outcome, @Nullable URI redirectTo) implements Arrival {}

        /** An identity to be linked, once its user confirms. */
        record Vouched(String ticket, URI redirectTo) implements Arrival {}

        /** The user, or the provider, did not want to. */
        record Denied(String error, @Nullable URI redirectTo) implements Arrival {}
    }

    /** Fails with 400 and 404; with 502 when a custom provider cannot be asked where it is. */
    Departure begin(AppState app, Wanted wanted, @Nullable String browserCookie) {
        ProviderSettings settings = provider(app, wanted.provider());
        String redirectTo = wanted.redirectTo();
        if (redirectTo != null && targets.allowed(app, redirectTo).isEmpty()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "redirect_to is not an allowed address");
        }
        String redirectUri =
                wanted.redirectUri() == null ? settings.redirectUris().getFirst() : wanted.redirectUri();
        if (!settings.redirectUris().contains(redirectUri)) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "redirect_uri is not configured");
        }
        Connection provider = connect(app, settings);
        LinkTickets.Linker linker = linker(app, wanted);
        boolean formPost = provider.is(Trait.FORM_POST);
        String browser = cookie.canReturn(redirectUri, formPost) ? flows.browser(browserCookie) : null;
        String state = flows.begin(app, new Flow(settings.provider(), redirectUri, redirectTo, browser, linker));
        URI url =
                AuthorizationUrl.of(provider, redirectUri, state, flows.verifier(app, state), flows.nonce(app, state));
        return new Departure(url, browser, formPost);
    }

    private LinkTickets.@Nullable Linker linker(AppState app, Wanted wanted) {
        String ticket = wanted.linkTicket();
        if (ticket == null) {
            return null;
        }
        if (wanted.redirectTo() == null) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "redirect_to is required to link an identity");
        }
        return tickets.takeBegun(app, ticket)
                .filter(begun -> begun.provider().equals(wanted.provider()))
                .map(LinkTickets.Begun::linker)
                .orElseThrow(() -> new GheeException(
                        ErrorCode.VALIDATION_INVALID_INPUT, "The link is unknown, used or too old; begin again"));
    }

    /** Fails with 400, 404, 409; with 502 when the provider cannot be reached. */
    Arrival finish(
            AppState app, String providerName, Returned returned, @Nullable String browserCookie, Client client) {
        ProviderSettings settings = provider(app, providerName);
        String state = returned.state();
        Flow flow = Optional.ofNullable(state)
                .flatMap(sent -> flows.take(app, sent, browserCookie))
                .filter(taken -> taken.provider().equals(settings.provider()))
                .orElseThrow(() -> new GheeException(
                        ErrorCode.VALIDATION_INVALID_INPUT,
                        "The sign-in is unknown, finished, too old, or was begun in another browser; begin again"));
        // The app's list may have become shorter meanwhile.
        URI target = flow.redirectTo() == null
                ? null
                : targets.allowed(app, flow.redirectTo())
                        .orElseThrow(() -> new GheeException(
                                ErrorCode.VALIDATION_INVALID_INPUT, "redirect_to is not an allowed address"));
        if (returned.error() != null) {
            String error = ERROR.matcher(returned.error()).matches() ? returned.error() : "access_denied";
            return new Arrival.Denied(error, target);
        }
        if (returned.code() == null || state == null) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "code is missing");
        }
        ExternalIdentity identity = identity(app, settings, flow, returned, state);
        if (flow.linker() != null && target != null) {
            return new Arrival.Vouched(tickets.vouched(app, flow.linker(), identity), target);
        }
        return new Arrival.SignedIn(signIn(app, settings, identity, client), target);
    }

    private ExternalIdentity identity(
            AppState app, ProviderSettings settings, Flow flow, Returned returned, String state) {
        try {
            Connection provider = new Connection(settings, discovery.of(settings));
            String issuer = provider.endpoints().issuer();
            if (returned.issuer() != null && issuer != null && !issuer.equals(returned.issuer())) {
                throw ProviderRefusal.because("answer is of another issuer");
            }
            TokenExchange.Tokens tokens = exchange.exchange(
                    provider, String.valueOf(returned.code()), flow.redirectUri(), flows.verifier(app, state));
            return profiles.read(provider, tokens, flows.nonce(app, state), returned.user());
        } catch (ProviderRefusal e) {
            throw refused(app, settings, e);
        }
    }

    private SignIn.Outcome signIn(AppState app, ProviderSettings settings, ExternalIdentity identity, Client client) {
        Identification.Identified found = identification.identify(app, identity);
        var proof = new Proof.OAuth(settings.provider().value(), found.how() == Identification.How.NEW);
        switch (found.how()) {
            case NEW -> signIn.signedUp(app, found.user(), proof);
            case LINKED -> call.recordBy(found.user(), app, "auth.identity_linked", Audit.Action.CREATE, null);
            case RECLAIMED -> call.recordBy(found.user(), app, "auth.account_reclaimed", Audit.Action.UPDATE, null);
            case KNOWN -> {}
        }
        return signIn.complete(app, found.user().id(), proof, client);
    }

    private Connection connect(AppState app, ProviderSettings settings) {
        try {
            return new Connection(settings, discovery.of(settings));
        } catch (ProviderRefusal e) {
            throw refused(app, settings, e);
        }
    }

    /** The owner finds the reason in the audit log; whoever signs in is told no more than that it did not work. */
    private GheeException refused(AppState app, ProviderSettings settings, ProviderRefusal e) {
        call.recordByNobody(
                app, "auth.oauth_failed", Audit.Action.CREATE, null, settings.provider() + ": " + e.reason());
        return e.isUnreachable()
                ? new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, "The provider could not be reached", e)
                : new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The provider did not confirm the sign-in");
    }

    private ProviderSettings provider(AppState app, String name) {
        return ProviderName.parse(name)
                .flatMap(valid -> providers.find(app, valid))
                .filter(ProviderSettings::enabled)
                .orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "OAuth provider not configured"));
    }
}
