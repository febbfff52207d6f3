package dev.ghee.control.auth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.captcha.CaptchaSecrets;
import dev.ghee.control.auth.user.AdminCall;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How people sign in to an app, for its administrators. Secrets go in and never come out. */
@Path("/v1/{app}/config/auth-policy")
@RunOnVirtualThread
public class PolicyResource {
    private static final int MAX_SECRET = 256;

    private final AdminCall call;
    private final AuthPolicies policies;
    private final CaptchaSecrets secrets;

    PolicyResource(AdminCall call, AuthPolicies policies, CaptchaSecrets secrets) {
        this.call = call;
        this.policies = policies;
        this.secrets = secrets;
    }

    /** The policy without its secrets. */
    public record View(
            PasswordPolicy password,
            @JsonProperty("prevent_enumeration") boolean preventEnumeration,
            @Nullable CaptchaView captcha) {
        static View of(AuthPolicy policy) {
            CaptchaView captcha = policy.captcha() == null
                    ? null
                    : new CaptchaView(policy.captcha().provider());
            return new View(policy.password(), policy.preventEnumeration(), captcha);
        }
    }

    /** Who tells people from machines. */
    public record CaptchaView(CaptchaPolicy.Provider provider) {}

    /** What to change; what is absent stays. {@code captcha} is {@code {provider, secret}}, or null to ask for none. */
    public record Patch(
            PasswordPolicy.@Nullable Patch password,
            @JsonProperty("prevent_enumeration") @Nullable Boolean preventEnumeration,
            @Nullable JsonNode captcha) {
        @Override
        public String toString() {
            return "Patch[…]";
        }
    }

    @GET
    public View get(String app) {
        return View.of(policies.of(call.app(app).appId()));
    }

    @PATCH
    public View change(String app, @Nullable Patch body) {
        AppState state = call.app(app);
        if (body == null || (body.password() == null && body.preventEnumeration() == null && body.captcha() == null)) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The request changes nothing");
        }
        Optional<CaptchaPolicy> captcha = captcha(state, body.captcha());
        AuthPolicy changed = policies.change(state.appId(), now -> {
            AuthPolicy next = now;
            if (body.password() != null) {
                next = next.with(checked(body.password().applyTo(now.password())));
            }
            if (body.preventEnumeration() != null) {
                next = next.preventingEnumeration(body.preventEnumeration());
            }
            return body.captcha() == null ? next : next.with(captcha.orElse(null));
        });
        View view = View.of(changed);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("password", view.password());
        data.put("prevent_enumeration", view.preventEnumeration());
        data.put("captcha", view.captcha() == null ? "off" : view.captcha().provider());
        call.record(
                state,
                "config.auth_policy_updated",
                Audit.Action.UPDATE,
                "app_config",
                state.appId().value(),
                data);
        return view;
    }

    private static PasswordPolicy checked(PasswordPolicy policy) {
        if (policy.minLength() < PasswordPolicy.SHORTEST || policy.minLength() > PasswordPolicy.LONGEST) {
            throw AdminCall.invalidBody(
                    "password.min_length", "Must be from " + PasswordPolicy.SHORTEST + " to " + PasswordPolicy.LONGEST);
        }
        return policy;
    }

    private Optional<CaptchaPolicy> captcha(AppState app, @Nullable JsonNode sent) {
        if (sent == null || sent.isNull()) {
            return Optional.empty();
        }
        JsonNode secret = sent.path("secret");
        String text = secret.asText();
        if (!secret.isTextual() || text.length() > MAX_SECRET || !text.matches("[\\x21-\\x7e]+")) {
            throw AdminCall.invalidBody("captcha.secret", "Must be the provider's secret");
        }
        CaptchaPolicy.Provider provider = provider(sent.path("provider").asText());
        return Optional.of(new CaptchaPolicy(provider, secrets.seal(app.appId(), text)));
    }

    private static CaptchaPolicy.Provider provider(String name) {
        for (CaptchaPolicy.Provider provider : CaptchaPolicy.Provider.values()) {
            if (provider.name().toLowerCase(Locale.ROOT).equals(name)) {
                return provider;
            }
        }
        throw AdminCall.invalidBody("captcha.provider", "Must be turnstile or hcaptcha");
    }
}
