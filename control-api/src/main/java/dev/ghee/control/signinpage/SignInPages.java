package dev.ghee.control.signinpage;

import dev.ghee.control.app.SignInTheme;
import dev.ghee.control.auth.AccountResource;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.SessionResource;
import dev.ghee.control.auth.code.CodeFactory;
import dev.ghee.control.auth.factor.MfaResource;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * Sign-in, sign-up and reset of an app's users as pages. Behind them are the very routes of the API, with their rules,
 * limits and audit; at the end the browser goes back to the app with the tokens.
 */
@Path("/auth/{app}/ui")
@RunOnVirtualThread
class SignInPages {
    private final PageCall pages;
    private final SessionResource sessions;
    private final AccountResource accounts;
    private final MfaResource factors;

    SignInPages(PageCall pages, SessionResource sessions, AccountResource accounts, MfaResource factors) {
        this.pages = pages;
        this.sessions = sessions;
        this.accounts = accounts;
        this.factors = factors;
    }

    @GET
    @Path("sign-in")
    public Response signInPage(String app, @QueryParam("redirect_to") @Nullable String redirectTo) {
        return pages.show(app, redirectTo, asked -> AppPages.signIn(asked.look(), "", "", ""));
    }

    @POST
    @Path("sign-in")
    public Response signIn(
            String app,
            @FormParam("redirect_to") @Nullable String redirectTo,
            @FormParam("email") @Nullable String email,
            @FormParam("password") @Nullable String password) {
        String address = PageCall.field(email);
        return pages.act(
                app,
                redirectTo,
                asked -> switch (sessions.login(
                        app, new SessionResource.Login(address, PageCall.field(password), null))) {
                    case Answers.Session session -> back(asked, session);
                    case Answers.SecondFactorDue due ->
                        pages.html(200, asked, AppPages.secondFactor(asked.look(), due.challengeToken(), ""));
                },
                (asked, error) -> AppPages.signIn(asked.look(), address, "", error));
    }

    /** The second half of a sign-in: a code of the app on the phone, or a recovery code. */
    @POST
    @Path("second-factor")
    public Response secondFactor(
            String app,
            @FormParam("redirect_to") @Nullable String redirectTo,
            @FormParam("challenge_token") @Nullable String challengeToken,
            @FormParam("code") @Nullable String code) {
        String challenge = PageCall.field(challengeToken);
        String shown = PageCall.field(code).strip();
        boolean ofApp = CodeFactory.isCode(shown);
        return pages.act(
                app,
                redirectTo,
                asked -> back(
                        asked,
                        factors.challenge(
                                app, new MfaResource.Answer(challenge, ofApp ? shown : null, ofApp ? null : shown))),
                (asked, error) -> AppPages.secondFactor(asked.look(), challenge, error));
    }

    private static Response back(PageCall.Asked asked, Answers.Session session) {
        return Response.status(303)
                .header("Location", asked.back().with(session))
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer")
                .build();
    }

    @GET
    @Path("sign-up")
    public Response signUpPage(String app, @QueryParam("redirect_to") @Nullable String redirectTo) {
        return pages.show(app, redirectTo, asked -> AppPages.signUp(asked.look(), "", ""));
    }

    @POST
    @Path("sign-up")
    public Response signUp(
            String app,
            @FormParam("redirect_to") @Nullable String redirectTo,
            @FormParam("email") @Nullable String email,
            @FormParam("password") @Nullable String password) {
        String address = PageCall.field(email);
        return pages.act(
                app,
                redirectTo,
                asked -> {
                    accounts.signUp(app, new AccountResource.SignUp(address, PageCall.field(password), null, null));
                    return pages.html(200, asked, AppPages.verify(asked.look(), address, ""));
                },
                (asked, error) -> AppPages.signUp(asked.look(), address, error));
    }

    @POST
    @Path("verify")
    public Response verify(
            String app,
            @FormParam("redirect_to") @Nullable String redirectTo,
            @FormParam("email") @Nullable String email,
            @FormParam("code") @Nullable String code) {
        String address = PageCall.field(email);
        return pages.act(
                app,
                redirectTo,
                asked -> {
                    accounts.verifyEmail(app, new AccountResource.Verification(address, PageCall.field(code)));
                    return pages.html(
                            200,
                            asked,
                            AppPages.signIn(asked.look(), address, "Your address is verified. Sign in now.", ""));
                },
                (asked, error) -> AppPages.verify(asked.look(), address, error));
    }

    @GET
    @Path("forgot-password")
    public Response forgotPage(String app, @QueryParam("redirect_to") @Nullable String redirectTo) {
        return pages.show(app, redirectTo, asked -> AppPages.forgot(asked.look(), "", ""));
    }

    @POST
    @Path("forgot-password")
    public Response forgot(
            String app,
            @FormParam("redirect_to") @Nullable String redirectTo,
            @FormParam("email") @Nullable String email) {
        String address = PageCall.field(email);
        return pages.act(
                app,
                redirectTo,
                asked -> {
                    Answers.Message said = accounts.forgotPassword(app, new AccountResource.Forgotten(address, null));
                    return pages.html(200, asked, AppPages.reset(asked.look(), address, said.message(), ""));
                },
                (asked, error) -> AppPages.forgot(asked.look(), address, error));
    }

    @POST
    @Path("reset-password")
    public Response reset(
            String app,
            @FormParam("redirect_to") @Nullable String redirectTo,
            @FormParam("email") @Nullable String email,
            @FormParam("code") @Nullable String code,
            @FormParam("password") @Nullable String password) {
        String address = PageCall.field(email);
        return pages.act(
                app,
                redirectTo,
                asked -> {
                    accounts.resetPassword(
                            app,
                            new AccountResource.Reset(
                                    address, PageCall.field(code), null, PageCall.field(password), null));
                    return pages.html(
                            200,
                            asked,
                            AppPages.signIn(asked.look(), address, "Your password is changed. Sign in now.", ""));
                },
                (asked, error) -> AppPages.reset(asked.look(), address, "", error));
    }

    /** The app's accent colour; a style in the page itself is what our own rules for pages forbid. */
    @GET
    @Path("theme.css")
    public Response theme(String app) {
        SignInTheme theme = pages.theme(app);
        return Response.ok(Accent.css(theme.accentColor()), "text/css;charset=UTF-8")
                .header("Cache-Control", "public, max-age=60")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }
}
