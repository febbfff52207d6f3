package dev.ghee.control.auth.user;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.password.PasswordHasher;
import dev.ghee.control.auth.password.PasswordRules;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The app's users, for its administrators. Every change is in the audit log. */
@Path("/v1/{app}/admin/auth/users")
@RunOnVirtualThread
public class UsersResource {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final int MAX_SEARCH = 254;

    private final AdminCall call;
    private final UserStore users;
    private final UserAdministration administration;
    private final PasswordRules rules;
    private final PasswordHasher hasher;

    UsersResource(
            AdminCall call,
            UserStore users,
            UserAdministration administration,
            PasswordRules rules,
            PasswordHasher hasher) {
        this.call = call;
        this.users = users;
        this.administration = administration;
        this.rules = rules;
        this.hasher = hasher;
    }

    /** A page, and where the next one starts; null on the last page. */
    public record Page(
            List<AdministeredUser> users,
            @JsonProperty("next_cursor") @Nullable String nextCursor) {}

    /** Newest first. */
    @GET
    public Page list(
            String app,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable String search,
            @RestQuery @Nullable String provider,
            @RestQuery("email_verified") @Nullable String emailVerified,
            @RestQuery @Nullable String banned) {
        AppState state = call.app(app);
        int size = limit(limit);
        UserCursor after = cursor == null || cursor.isEmpty()
                ? null
                : UserCursor.decode(cursor)
                        .orElseThrow(() -> AdminCall.invalidQuery("cursor", "Must be the next_cursor of a page"));
        var filter = new UserAdministration.Filter(
                search(search), given(provider), flag("email_verified", emailVerified), flag("banned", banned));
        List<AdministeredUser> found = administration.page(state, filter, after, size + 1);
        List<AdministeredUser> page = found.size() > size ? found.subList(0, size) : found;
        String next = found.size() > size ? page.getLast().cursor().encode() : null;
        return new Page(page, next);
    }

    @GET
    @Path("{id}")
    public AdministeredUser get(String app, String id) {
        AppState state = call.app(app);
        return administration.find(state, AdminCall.userId(id)).orElseThrow(AdminCall::unknownUser);
    }

    @POST
    public RestResponse<AdministeredUser> create(String app, UserBodies.@Nullable Create body) {
        AppState state = call.app(app);
        if (body == null) {
            throw AdminCall.invalidBody("email", "Required");
        }
        Email email = UserBodies.email(body.email());
        String displayName = UserBodies.displayName(body.displayName());
        String claims = body.claims() == null || body.claims().isNull() ? "{}" : UserBodies.claims(body.claims());
        var wanted = new UserAdministration.NewUser(
                email, Boolean.TRUE.equals(body.emailVerified()), hash(state, body.password()), displayName, claims);
        AdministeredUser user = administration
                .create(state, wanted)
                .orElseThrow(
                        () -> new GheeException(ErrorCode.RESOURCE_ALREADY_EXISTS, "A user with this address exists"));
        call.recordUser(
                state, "auth.user_created", Audit.Action.CREATE, user.id(), Map.of("has_password", user.hasPassword()));
        return RestResponse.status(RestResponse.Status.CREATED, user);
    }

    @PATCH
    @Path("{id}")
    public AdministeredUser update(String app, String id, UserBodies.@Nullable Update body) {
        AppState state = call.app(app);
        UUID userId = AdminCall.userId(id);
        if (body == null || body.changesNothing()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The request changes nothing");
        }
        JsonNode name = body.displayName();
        if (name != null && !name.isTextual() && !name.isNull()) {
            throw AdminCall.invalidBody("display_name", "Must be a text or null");
        }
        var change = new UserAdministration.Change(
                body.email() == null ? null : UserBodies.email(body.email()),
                body.emailVerified(),
                hash(state, body.password()),
                name != null,
                name == null || name.isNull() ? null : UserBodies.displayName(name.asText()),
                body.claims() == null ? null : UserBodies.claims(body.claims()));
        AdministeredUser user = administration.update(state, userId, change).orElseThrow(AdminCall::unknownUser);
        call.recordUser(state, "auth.user_updated", Audit.Action.UPDATE, userId, Map.of("fields", fields(body)));
        return user;
    }

    private static List<String> fields(UserBodies.Update body) {
        var sent = new LinkedHashMap<String, Object>();
        put(sent, "email", body.email());
        put(sent, "password", body.password());
        put(sent, "email_verified", body.emailVerified());
        put(sent, "display_name", body.displayName());
        put(sent, "claims", body.claims());
        return List.copyOf(sent.keySet());
    }

    private static void put(Map<String, Object> sent, String name, @Nullable Object value) {
        if (value != null) {
            sent.put(name, value);
        }
    }

    private @Nullable String hash(AppState app, @Nullable String password) {
        if (password == null) {
            return null;
        }
        rules.require(app, password);
        return hasher.hash(app.appId(), password);
    }

    /** Ends the user's sessions and sockets; nobody signs in to the account until the ban ends. */
    @POST
    @Path("{id}/ban")
    public AdministeredUser ban(String app, String id, UserBodies.@Nullable Ban body) {
        AppState state = call.app(app);
        UUID userId = AdminCall.userId(id);
        Instant until = until(body == null ? null : body.until());
        String reason = UserBodies.reason(body == null ? null : body.reason());
        AdministeredUser user = administration.ban(state, userId, until, reason).orElseThrow(AdminCall::unknownUser);
        var data = reason == null
                ? Map.of("until", WireTime.of(until))
                : Map.of("until", WireTime.of(until), "reason", reason);
        call.recordUser(state, "auth.user_banned", Audit.Action.DISABLE, userId, data);
        return user;
    }

    @DELETE
    @Path("{id}/ban")
    public AdministeredUser unban(String app, String id) {
        AppState state = call.app(app);
        UUID userId = AdminCall.userId(id);
        AdministeredUser user = administration.unban(state, userId).orElseThrow(AdminCall::unknownUser);
        call.recordUser(state, "auth.user_unbanned", Audit.Action.ENABLE, userId, Map.of());
        return user;
    }

    private static Instant until(@Nullable String text) {
        if (text == null) {
            return UserBodies.FOREVER;
        }
        Instant until = UserBodies.time(text)
                .orElseThrow(() -> AdminCall.invalidBody("until", "Must be a time such as 2030-01-31T12:00:00Z"));
        if (!until.isAfter(Instant.now()) || until.isAfter(UserBodies.FOREVER)) {
            throw AdminCall.invalidBody("until", "Must be in the future, and before the year 10000");
        }
        return until;
    }

    /** Answer to deleting a user. */
    public record Deleted(
            boolean deleted, @JsonProperty("user_id") UUID userId, String email) {}

    @DELETE
    @Path("{id}")
    public Deleted delete(String app, String id) {
        AppState state = call.app(app);
        UUID userId = AdminCall.userId(id);
        String email = users.delete(state, userId).orElseThrow(AdminCall::unknownUser);
        call.recordUser(state, "auth.user_deleted", Audit.Action.DELETE, userId, Map.of());
        return new Deleted(true, userId, email);
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw AdminCall.invalidQuery("limit", "Must be a number from 1 to " + MAX_LIMIT);
        }
        throw AdminCall.invalidQuery("limit", "Must be a number from 1 to " + MAX_LIMIT);
    }

    private static @Nullable String given(@Nullable String text) {
        if (text != null && text.indexOf('\0') >= 0) {
            throw AdminCall.invalidQuery("provider", "Must be the name of a provider");
        }
        return text == null || text.isEmpty() ? null : text;
    }

    private static @Nullable String search(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > MAX_SEARCH || text.indexOf('\0') >= 0) {
            throw AdminCall.invalidQuery("search", "Must have at most " + MAX_SEARCH + " characters");
        }
        return text.strip().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Boolean flag(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw AdminCall.invalidQuery(name, "Must be true or false");
        };
    }
}
