package dev.ghee.control.auth.magic;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.Background;
import dev.ghee.control.auth.code.CodeFactory;
import dev.ghee.control.auth.code.MailedCode;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.mail.CodeMail;
import dev.ghee.control.auth.signin.Proof;
import dev.ghee.control.auth.signin.SignIn;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.UserStore;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Signing in, and up, by a mailed code or link. The link leads to a page of the app, which sends its secret here by
 * POST: opening a link signs nobody in and uses nothing up, so mail scanners do no harm.
 */
@Path("/auth/{app}/magic-link")
@RunOnVirtualThread
public class MagicResource {
    private static final int MAX_CODE_LENGTH = 256;

    private final AuthCall call;
    private final SignIn signIn;
    private final MagicStore store;
    private final UserStore users;
    private final CodeFactory codes;
    private final CodeMail mail;
    private final Background background;

    MagicResource(
            AuthCall call,
            SignIn signIn,
            MagicStore store,
            UserStore users,
            CodeFactory codes,
            CodeMail mail,
            Background background) {
        this.call = call;
        this.signIn = signIn;
        this.store = store;
        this.users = users;
        this.codes = codes;
        this.mail = mail;
        this.background = background;
    }

    /**
     * Body of the request for a code.
     *
     * @param redirectTo a page of the app for a link in the mail; without it the mail has the code alone
     * @param captchaToken where the app asks for one
     */
    public record Wanted(
            @Nullable String email,
            @JsonProperty("redirect_to") @Nullable String redirectTo,
            @JsonProperty("captcha_token") @Nullable String captchaToken) {}

    /** Answers before it looks at anything of the address, so that neither words nor time tell. */
    @POST
    public Answers.Message send(String app, @Nullable Wanted body) {
        AppState state = call.app(app);
        Email email = AuthCall.email(body == null ? null : body.email());
        String page = body == null || body.redirectTo() == null ? null : AppPage.of(state, body.redirectTo());
        call.limit(RateLimits.Route.MAGIC_LINK, state, email.value());
        call.requirePerson(state, body == null ? null : body.captchaToken());
        background.run("sign-in code", () -> {
            MailedCode code = codes.magicLink(state.appId(), email, page);
            store.replace(state, email, code);
            mail.send(state, email, code);
        });
        return new Answers.Message("A sign-in code is on its way by e-mail.");
    }

    /** Body of sign-in: address and code, or the link's secret alone. */
    public record Shown(
            @Nullable String email,
            @Nullable String code,
            @Nullable String token) {
        @Override
        public String toString() {
            return "Shown[…]";
        }
    }

    @POST
    @Path("verify")
    public Answers.SigningIn verify(String app, @Nullable Shown body) {
        AppState state = call.app(app);
        MagicStore.Proof proof = body != null && body.token() != null
                ? byLink(state, body.token())
                : byCode(state, body == null ? null : body.email(), body == null ? null : body.code());
        MagicStore.Owner owner = store.signIn(state, proof);
        var shown = new Proof.MailedCode();
        if (owner.isNew()) {
            users.find(state, owner.userId().toString()).ifPresent(user -> signIn.signedUp(state, user, shown));
        }
        return signIn.complete(state, owner.userId(), shown, call.client()).answer();
    }

    private MagicStore.Proof byCode(AppState state, @Nullable String address, @Nullable String sent) {
        Email email = AuthCall.email(address);
        String code = AuthCall.required("code", sent, MAX_CODE_LENGTH).strip();
        call.limit(RateLimits.Route.MAGIC_VERIFY, state, email.value());
        return CodeFactory.isCode(code) ? store.check(state, email, code) : store.checkLink(state, code);
    }

    private MagicStore.Proof byLink(AppState state, String sent) {
        String secret = AuthCall.required("token", sent, MAX_CODE_LENGTH).strip();
        call.limit(RateLimits.Route.MAGIC_VERIFY, state, null);
        return store.checkLink(state, secret);
    }
}
