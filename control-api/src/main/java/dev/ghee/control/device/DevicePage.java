package dev.ghee.control.device;

import dev.ghee.control.account.Limits;
import dev.ghee.control.account.Person;
import dev.ghee.control.key.KeyChoices;
import dev.ghee.control.page.HtmlPage;
import dev.ghee.control.page.PlatformPages;
import dev.ghee.control.page.Visitor;
import dev.ghee.control.secret.ShortCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody types the code that a device shows. A code in the address is only filled in: following a link decides
 * nothing, and every guess is counted.
 */
@Path("/device")
@RunOnVirtualThread
class DevicePage {
    private static final String NO_CODE = "No device waits for this code. Check it, or begin again on the device.";

    private final Visitor visitor;
    private final DeviceLogin login;
    private final KeyChoices choices;
    private final Limits limits;

    DevicePage(Visitor visitor, DeviceLogin login, KeyChoices choices, Limits limits) {
        this.visitor = visitor;
        this.login = login;
        this.choices = choices;
        this.limits = limits;
    }

    @GET
    public Response page(@QueryParam("user_code") @Nullable String userCode) {
        String shown = Optional.ofNullable(userCode)
                .flatMap(ShortCode::parse)
                .map(ShortCode::shown)
                .orElse("");
        return visitor.signedIn()
                .map(who -> HtmlPage.of(200, PlatformPages.device(who.person().email(), who.formToken(), shown, "")))
                .orElseGet(() -> HtmlPage.seeOther(
                        "/account/sign-in?next=%2Fdevice" + (shown.isEmpty() ? "" : "%3Fuser_code%3D" + shown)));
    }

    /** Finds the program; deciding takes another step. */
    @POST
    public Response find(
            @FormParam("form_token") @Nullable String formToken, @FormParam("user_code") @Nullable String userCode) {
        Person person = visitor.sender(formToken);
        return whenCounted(
                person, formToken, userCode, (code, waiting) -> confirm(200, person, formToken, code, waiting, ""));
    }

    @POST
    @Path("decide")
    public Response decide(
            @FormParam("form_token") @Nullable String formToken,
            @FormParam("user_code") @Nullable String userCode,
            @FormParam("decision") @Nullable String decision,
            @FormParam("choice") @Nullable String choice,
            @FormParam("gateway") @Nullable String gateway) {
        Person person = visitor.sender(formToken);
        return whenCounted(person, formToken, userCode, (code, waiting) -> {
            if (!"approve".equals(decision)) {
                login.deny(code, person);
                return HtmlPage.of(
                        200, PlatformPages.done("Denied", "The device gets no key. You can close this page."));
            }
            try {
                boolean asked = asksForGateway(waiting) && "yes".equals(gateway);
                var wanted = KeyChoices.key(
                        keyName(waiting.clientName()), choice, asked ? List.of("ai:gateway") : List.of());
                if (!login.approve(code, person, wanted)) {
                    return codePage(404, person, formToken, NO_CODE);
                }
            } catch (GheeException e) {
                if (e.httpStatus() >= 500) {
                    throw e;
                }
                return confirm(e.httpStatus(), person, formToken, code, waiting, e.message());
            }
            return HtmlPage.of(
                    200,
                    PlatformPages.done("Connected", "The device has its key in a moment. You can close this page."));
        });
    }

    private interface Next {
        Response with(ShortCode code, DeviceStore.Waiting waiting);
    }

    private Response whenCounted(Person person, @Nullable String formToken, @Nullable String userCode, Next next) {
        try {
            limits.take(Limits.Route.DEVICE_CODE, person.userId().toString());
        } catch (GheeException e) {
            return codePage(e.httpStatus(), person, formToken, e.message());
        }
        Optional<ShortCode> code = Optional.ofNullable(userCode).flatMap(ShortCode::parse);
        return code.flatMap(typed -> login.waiting(typed).map(waiting -> next.with(typed, waiting)))
                .orElseGet(() -> codePage(404, person, formToken, NO_CODE));
    }

    private Response confirm(
            int status,
            Person person,
            @Nullable String formToken,
            ShortCode code,
            DeviceStore.Waiting waiting,
            String error) {
        String address = waiting.address();
        var asking = new PlatformPages.Asking(
                waiting.clientName(), address == null ? "an unknown address" : address, asksForGateway(waiting));
        return HtmlPage.of(
                status,
                PlatformPages.confirmDevice(
                        asking,
                        person.email(),
                        formToken == null ? "" : formToken,
                        code.shown(),
                        choices.of(person.userId()),
                        error));
    }

    private static Response codePage(int status, Person person, @Nullable String formToken, String error) {
        return HtmlPage.of(status, PlatformPages.device(person.email(), formToken == null ? "" : formToken, "", error));
    }

    private static boolean asksForGateway(DeviceStore.Waiting waiting) {
        return List.of(waiting.scope().split(" ")).contains("ai:gateway");
    }

    private static String keyName(String clientName) {
        return clientName.length() <= 80 ? clientName + " (device)" : clientName.substring(0, 80) + " (device)";
    }
}
