package dev.ghee.control.page;

import dev.ghee.control.account.PersonSignIn;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Signing in on the platform's pages, and what all pages share. */
@Path("/account")
@RunOnVirtualThread
public class PageResource {
    /** Our own pages that need somebody signed in; anything else would make us send people to strangers. */
    private static final Pattern NEXT =
            Pattern.compile("/oauth/consent\\?st=[A-Za-z0-9_-]{43}|/device(?:\\?user_code=[A-Za-z-]{0,20})?");

    private static final String HOME = "/device";
    private static final int MAX_TEXT = 512;

    private final PersonSignIn signIn;
    private final Visitor visitor;
    private final PageOrigin origin;
    private final byte[] style;

    PageResource(PersonSignIn signIn, Visitor visitor, PageOrigin origin) {
        this.signIn = signIn;
        this.visitor = visitor;
        this.origin = origin;
        this.style = read("/pages/style.css");
    }

    @GET
    @Path("sign-in")
    public Response signInPage(@QueryParam("next") @Nullable String next) {
        return HtmlPage.of(200, PlatformPages.signIn(own(next), "", ""));
    }

    @POST
    @Path("sign-in")
    public Response signIn(
            @FormParam("next") @Nullable String next,
            @FormParam("email") @Nullable String email,
            @FormParam("password") @Nullable String password) {
        origin.requireOwn();
        String address = email == null || email.length() > MAX_TEXT ? "" : email;
        String secret = password == null || password.length() > MAX_TEXT ? "" : password;
        try {
            RandomToken token = signIn.inBrowser(address, secret);
            return Response.fromResponse(HtmlPage.seeOther(own(next)))
                    .cookie(visitor.remember(token))
                    .build();
        } catch (GheeException e) {
            if (e.httpStatus() >= 500) {
                throw e;
            }
            return HtmlPage.of(e.httpStatus(), PlatformPages.signIn(own(next), address, e.message()));
        }
    }

    @POST
    @Path("sign-out")
    public Response signOut(
            @FormParam("next") @Nullable String next, @FormParam("form_token") @Nullable String formToken) {
        visitor.sender(formToken);
        return Response.fromResponse(HtmlPage.seeOther(own(next)))
                .cookie(visitor.forget())
                .build();
    }

    @GET
    @Path("style.css")
    public Response style() {
        return Response.ok(style, "text/css;charset=UTF-8")
                .header("Cache-Control", "public, max-age=3600")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }

    private static String own(@Nullable String next) {
        return next != null && NEXT.matcher(next).matches() ? next : HOME;
    }

    private static byte[] read(String resource) {
        try (InputStream file = PageResource.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException(resource + " is not packaged");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
