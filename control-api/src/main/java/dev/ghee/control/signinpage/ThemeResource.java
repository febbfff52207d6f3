package dev.ghee.control.signinpage;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.app.SignInTheme;
import dev.ghee.control.audit.Audit;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an app's sign-in pages look. */
@Path("/v1/{app}/config/sign-in-page")
class ThemeResource {
    private final CurrentRequest request;
    private final AppStates states;
    private final Audit audit;

    ThemeResource(CurrentRequest request, AppStates states, Audit audit) {
        this.request = request;
        this.states = states;
        this.audit = audit;
    }

    /** The whole theme; what is absent is plain. */
    record NewTheme(
            @JsonProperty("display_name") @Nullable @Pattern(regexp = "(?!\\s*$)[^\\p{Cntrl}\\p{Cs}\\p{Cf}]{1,80}")
            String displayName,

            @JsonProperty("logo_url") @Nullable @Size(max = 500)
            String logoUrl,

            @JsonProperty("accent_color") @Nullable @Pattern(regexp = "#[0-9a-fA-F]{6}")
            String accentColor) {

        SignInTheme theme() {
            if (logoUrl != null && !isHttps(logoUrl)) {
                throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "logo_url must be an https address");
            }
            return new SignInTheme(displayName, logoUrl, accentColor);
        }

        private static boolean isHttps(String url) {
            try {
                var uri = new URI(url);
                return "https".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null;
            } catch (URISyntaxException e) {
                return false;
            }
        }
    }

    @GET
    public Uni<SignInTheme> get(String app) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .chain(acting -> states.get(acting.app().appId()))
                .map(found -> found.signInTheme());
    }

    @PUT
    public Uni<SignInTheme> put(String app, @NotNull @Valid NewTheme body) {
        SignInTheme theme = body.theme();
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .map(acting -> acting.app().appId())
                .chain(id -> audit.event(
                                id, "config.sign_in_page_updated", Audit.Action.UPDATE, "config", id.value(), Map.of())
                        .chain(event -> states.change(id, found -> found.signInTheme(theme), event)))
                .map(found -> found.signInTheme());
    }
}
