package dev.ghee.control.auth.session;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A user's own sessions. */
@Path("/auth/{app}/sessions")
@RunOnVirtualThread
public class SessionsResource {
    private final AuthCall call;
    private final SessionList sessions;

    SessionsResource(AuthCall call, SessionList sessions) {
        this.call = call;
        this.sessions = sessions;
    }

    /** Open sessions, the most recently used first. */
    public record Sessions(List<SessionView> sessions) {}

    /** Answer to ending several. */
    public record Ended(
            String message, @JsonProperty("revoked") int revoked) {}

    @GET
    public Sessions list(String app) {
        AppState state = call.app(app);
        SessionStore.Current caller = call.signedIn(state);
        UUID current = caller.session().id();
        return new Sessions(sessions.of(state, caller.user().id()).stream()
                .map(open -> SessionView.of(open, current))
                .toList());
    }

    /** Ending the current one signs out here and nowhere else. */
    @DELETE
    @Path("{id}")
    public Answers.Message end(String app, String id) {
        AppState state = call.app(app);
        SessionStore.Current caller = call.signedIn(state);
        UUID session = sessionId(id).orElseThrow(SessionsResource::unknown);
        if (!sessions.end(state, caller.user().id(), session, SessionList.Reason.USER)) {
            throw unknown();
        }
        call.recordBy(
                caller.user(),
                state,
                "auth.session_revoked",
                Audit.Action.DELETE,
                Map.of("session_id", session.toString()),
                null);
        return new Answers.Message("Session ended");
    }

    /** Ends all but the current one. */
    @POST
    @Path("revoke-others")
    public Ended endOthers(String app) {
        AppState state = call.app(app);
        SessionStore.Current caller = call.signedIn(state);
        int ended =
                sessions.endOthers(state, caller.user().id(), caller.session().id(), SessionList.Reason.USER);
        call.recordBy(
                caller.user(), state, "auth.sessions_revoked", Audit.Action.DELETE, Map.of("revoked", ended), null);
        return new Ended("Other sessions ended", ended);
    }

    static Optional<UUID> sessionId(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static GheeException unknown() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Session not found");
    }
}
