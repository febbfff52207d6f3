package dev.ghee.control.auth.session;

import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.session.SessionsResource.Ended;
import dev.ghee.control.auth.session.SessionsResource.Sessions;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserStore;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.UUID;

/** The sessions of one of the app's users, for its administrators. */
@Path("/v1/{app}/admin/auth/users/{id}/sessions")
@RunOnVirtualThread
public class UserSessionsResource {
    private final AuthCall call;
    private final UserStore users;
    private final SessionList sessions;
    private final Audit audit;

    UserSessionsResource(AuthCall call, UserStore users, SessionList sessions, Audit audit) {
        this.call = call;
        this.users = users;
        this.sessions = sessions;
        this.audit = audit;
    }

    @GET
    public Sessions list(String app, String id) {
        AppState state = call.administered(app);
        return new Sessions(sessions.of(state, user(state, id).id()).stream()
                .map(open -> SessionView.of(open, null))
                .toList());
    }

    @DELETE
    public Ended endAll(String app, String id) {
        AppState state = call.administered(app);
        User user = user(state, id);
        int ended = sessions.endOthers(state, user.id(), null, SessionList.Reason.ADMINISTRATOR);
        record(state, user, Map.of("revoked", ended));
        return new Ended("Sessions ended", ended);
    }

    @DELETE
    @Path("{session}")
    public Answers.Message end(String app, String id, String session) {
        AppState state = call.administered(app);
        User user = user(state, id);
        UUID which = SessionsResource.sessionId(session).orElseThrow(SessionsResource::unknown);
        if (!sessions.end(state, user.id(), which, SessionList.Reason.ADMINISTRATOR)) {
            throw SessionsResource.unknown();
        }
        record(state, user, Map.of("session_id", which.toString()));
        return new Answers.Message("Session ended");
    }

    private User user(AppState app, String id) {
        return users.find(app, id).orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "User not found"));
    }

    private void record(AppState app, User user, Map<String, ?> data) {
        Waiting.on(() -> audit.record(
                app.appId(),
                "auth.sessions_revoked",
                Audit.Action.DELETE,
                "user",
                user.id().toString(),
                data));
    }
}
