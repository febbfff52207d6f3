package dev.ghee.control.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.platform.Accounts;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Sign-up and sign-in of the people who own apps. */
@Path("/account")
@RunOnVirtualThread
class PersonResource {
    private final CurrentRequest request;
    private final Accounts accounts;
    private final Enrolment enrolment;
    private final PersonSignIn signIn;
    private final PersonSessions sessions;
    private final PlatformAccessTokens tokens;
    private final PlatformConfig config;
    private final Limits limits;

    PersonResource(
            CurrentRequest request,
            Accounts accounts,
            Enrolment enrolment,
            PersonSignIn signIn,
            PersonSessions sessions,
            PlatformAccessTokens tokens,
            PlatformConfig config,
            Limits limits) {
        this.request = request;
        this.accounts = accounts;
        this.enrolment = enrolment;
        this.signIn = signIn;
        this.sessions = sessions;
        this.tokens = tokens;
        this.config = config;
        this.limits = limits;
    }

    /** Answers the same for addresses with and without an account. */
    @POST
    @Path("signup")
    public RestResponse<Bodies.Pending> signUp(@NotNull @Valid Bodies.SignUp body) {
        Email email = email(body.email());
        limits.take(Limits.Route.SIGN_UP, email.value());
        RandomToken secret = enrolment.begin(email, body.password(), body.invitation());
        return RestResponse.status(RestResponse.Status.ACCEPTED, Bodies.Pending.of(secret));
    }

    @POST
    @Path("verify")
    public Bodies.Session verify(@NotNull @Valid Bodies.Verification body) {
        limits.take(Limits.Route.CODE, body.pendingToken());
        Person person = enrolment.finish(body.pendingToken(), body.code());
        Waiting.on(() -> accounts.ensurePerson(person.userId(), person.email()));
        return answer(signIn.start(person, PersonSessions.Kind.TOKEN));
    }

    @POST
    @Path("login")
    public Bodies.Session login(@NotNull @Valid Bodies.Login body) {
        return answer(signIn.withPassword(email(body.email()), body.password(), PersonSessions.Kind.TOKEN));
    }

    @POST
    @Path("refresh")
    public Bodies.Session refresh(@NotNull @Valid Bodies.Refresh body) {
        limits.take(Limits.Route.REFRESH, body.refreshToken());
        return RandomToken.parse(body.refreshToken())
                .flatMap(sessions::rotate)
                .map(this::answer)
                .orElseThrow(() -> new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "The session has ended"));
    }

    /** Ends the session; its platform token works until it expires. Says the same for an unknown token. */
    @POST
    @Path("logout")
    public Bodies.Message logout(@NotNull @Valid Bodies.Refresh body) {
        RandomToken.parse(body.refreshToken()).ifPresent(sessions::end);
        return new Bodies.Message("Signed out");
    }

    /** Answers the same for addresses with and without an account. */
    @POST
    @Path("forgot-password")
    public RestResponse<Bodies.Pending> forgotPassword(@NotNull @Valid Bodies.Forgot body) {
        Email email = email(body.email());
        limits.take(Limits.Route.FORGOT_PASSWORD, email.value());
        return RestResponse.status(RestResponse.Status.ACCEPTED, Bodies.Pending.of(enrolment.beginReset(email)));
    }

    @POST
    @Path("reset-password")
    public Bodies.Message resetPassword(@NotNull @Valid Bodies.Reset body) {
        limits.take(Limits.Route.CODE, body.pendingToken());
        enrolment.finishReset(body.pendingToken(), body.code(), body.newPassword());
        return new Bodies.Message("The password is set; every session has ended");
    }

    @GET
    @Path("me")
    public Me me() {
        Caller.PlatformOwner person = person();
        return new Me(person.userId(), person.email());
    }

    @GET
    @Path("sessions")
    public Sessions sessions() {
        return new Sessions(sessions.list(UUID.fromString(person().userId())).stream()
                .map(SessionView::of)
                .toList());
    }

    @DELETE
    @Path("sessions/{id}")
    public Bodies.Message endSession(String id) {
        UUID user = UUID.fromString(person().userId());
        if (!sessions.end(user, sessionId(id))) {
            throw noSession();
        }
        return new Bodies.Message("The session has ended");
    }

    private Bodies.Session answer(PersonSessions.Granted granted) {
        return new Bodies.Session(
                tokens.issue(granted.person(), granted.session()),
                granted.token().value(),
                config.accessTokenTtl().toSeconds(),
                "Bearer",
                new Me(granted.person().userId().toString(), granted.person().email()));
    }

    /** Keys have no account of their own. */
    private Caller.PlatformOwner person() {
        return switch (Waiting.on(request::caller)) {
            case Caller.PlatformOwner person -> person;
            case Caller.Anonymous _ -> throw new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
            case Caller.ServiceKey _, Caller.EndUser _ ->
                throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "This takes a person who is signed in");
        };
    }

    private static Email email(String text) {
        return Email.parse(text)
                .orElseThrow(
                        () -> new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "email must be an e-mail address"));
    }

    private static UUID sessionId(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw noSession();
        }
    }

    private static GheeException noSession() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Session not found");
    }

    record Me(String id, @Nullable String email) {}

    record Sessions(List<SessionView> sessions) {}

    record SessionView(
            UUID id,
            String kind,
            @JsonProperty("ip_address") @Nullable String ipAddress,
            @JsonProperty("user_agent") @Nullable String userAgent,
            @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("last_used_at") Instant lastUsedAt,
            @JsonProperty("expires_at") Instant expiresAt) {
        static SessionView of(PersonSessions.Summary session) {
            return new SessionView(
                    session.id(),
                    session.kind(),
                    session.address(),
                    session.userAgent(),
                    session.createdAt(),
                    session.lastUsedAt(),
                    session.expiresAt());
        }
    }

    /** What goes in and out; whatever holds a secret does not show it in logs. */
    static final class Bodies {
        private static final int MAX_TEXT = 512;

        private Bodies() {}

        record SignUp(
                @NotNull @Size(max = MAX_TEXT) String email,
                @NotNull @Size(max = MAX_TEXT) String password,
                @Nullable @Size(max = MAX_TEXT) String invitation) {
            @Override
            public String toString() {
                return "SignUp[…]";
            }
        }

        record Verification(
                @JsonProperty("pending_token") @NotNull @Size(max = MAX_TEXT)
                String pendingToken,

                @NotNull @Size(max = MAX_TEXT) String code) {
            @Override
            public String toString() {
                return "Verification[…]";
            }
        }

        record Login(
                @NotNull @Size(max = MAX_TEXT) String email,
                @NotNull @Size(max = MAX_TEXT) String password) {
            @Override
            public String toString() {
                return "Login[…]";
            }
        }

        record Refresh(
                @JsonProperty("refresh_token") @NotNull @Size(max = MAX_TEXT)
                String refreshToken) {
            @Override
            public String toString() {
                return "Refresh[…]";
            }
        }

        record Forgot(@NotNull @Size(max = MAX_TEXT) String email) {}

        record Reset(
                @JsonProperty("pending_token") @NotNull @Size(max = MAX_TEXT)
                String pendingToken,

                @NotNull @Size(max = MAX_TEXT) String code,

                @JsonProperty("new_password") @NotNull @Size(max = MAX_TEXT)
                String newPassword) {
            @Override
            public String toString() {
                return "Reset[…]";
            }
        }

        record Pending(@JsonProperty("pending_token") String pendingToken, String message) {
            static Pending of(RandomToken secret) {
                return new Pending(secret.value(), "A mail with the next step is on its way to the address");
            }

            @Override
            public String toString() {
                return "Pending[…]";
            }
        }

        record Message(String message) {}

        record Session(
                @JsonProperty("access_token") String accessToken,
                @JsonProperty("refresh_token") String refreshToken,
                @JsonProperty("expires_in") long expiresIn,
                @JsonProperty("token_type") String tokenType,
                Me user) {
            @Override
            public String toString() {
                return "Session[…]";
            }
        }
    }
}
