package dev.ghee.control.page;

import dev.ghee.control.account.Person;
import dev.ghee.control.account.PersonSessions;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.secrets.MasterKey;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.NewCookie;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a page: known by a cookie that scripts cannot read and that no API heeds. Its forms carry a token that
 * belongs to the session. Waits: call from a virtual thread.
 */
@RequestScoped
public class Visitor {
    private final HttpServerRequest http;
    private final PersonSessions sessions;
    private final PageOrigin origin;
    private final MasterKey.Hmac mac;

    Visitor(HttpServerRequest http, PersonSessions sessions, PageOrigin origin, MasterKey key) {
        this.http = http;
        this.sessions = sessions;
        this.origin = origin;
        this.mac = key.hmac("page forms");
    }

    /** Somebody who is signed in on the pages, and the token that its forms have to carry. */
    public record SignedIn(Person person, String formToken) {
        @Override
        public String toString() {
            return "SignedIn[" + person.userId() + "]";
        }
    }

    /** Empty for a browser in which nobody is signed in. */
    public Optional<SignedIn> signedIn() {
        return token().flatMap(
                        token -> sessions.inBrowser(token).map(person -> new SignedIn(person, formToken(token))));
    }

    /**
     * Whoever sent this form. Fails with 403 {@code AUTH_FORBIDDEN} when it came from another site or another session.
     */
    public Person sender(@Nullable String formToken) {
        origin.requireOwn();
        SignedIn visitor = signedIn().orElseThrow(Visitor::foreign);
        boolean own = formToken != null
                && MessageDigest.isEqual(
                        visitor.formToken().getBytes(StandardCharsets.UTF_8),
                        formToken.getBytes(StandardCharsets.UTF_8));
        if (!own) {
            throw foreign();
        }
        return visitor.person();
    }

    /** What the browser is told to keep. */
    NewCookie remember(RandomToken token) {
        return cookie(token.value(), NewCookie.DEFAULT_MAX_AGE);
    }

    /** Ends the session, and tells the browser to forget it. */
    NewCookie forget() {
        token().ifPresent(sessions::end);
        return cookie("", 0);
    }

    private Optional<RandomToken> token() {
        Cookie cookie = http.getCookie(name());
        return cookie == null ? Optional.empty() : RandomToken.parse(cookie.getValue());
    }

    private NewCookie cookie(String value, int maxAge) {
        return new NewCookie.Builder(name())
                .value(value)
                .path("/")
                .maxAge(maxAge)
                .httpOnly(true)
                .secure(origin.secure())
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }

    /** Under the prefix no other host of the domain can set it. */
    private String name() {
        return origin.secure() ? "__Host-ghee-session" : "ghee-session";
    }

    private String formToken(RandomToken token) {
        return RandomToken.of(mac.of(token.value())).value();
    }

    private static GheeException foreign() {
        return new GheeException(ErrorCode.AUTH_FORBIDDEN, "The page is too old; load it again");
    }
}
