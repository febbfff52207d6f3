package dev.ghee.control.auth.captcha;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.policy.AuthPolicies;
import dev.ghee.control.auth.policy.CaptchaPolicy;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.outbound.OutboundException;
import dev.ghee.outbound.OutboundHttp;
import dev.ghee.outbound.OutboundRequest;
import dev.ghee.outbound.OutboundResponse;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Provider;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks the app's captcha provider whether a token is good. An app that asks for none pays nothing. Waits: call from a
 * virtual thread.
 */
@ApplicationScoped
public class Captcha {
    private static final Logger LOG = Logger.getLogger(Captcha.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_TOKEN = 8192;

    private final AuthPolicies policies;
    private final CaptchaSecrets secrets;
    private final OutboundHttp outbound;
    private final MeterRegistry metrics;
    private final Provider<String> turnstile;
    private final Provider<String> hcaptcha;

    Captcha(
            AuthPolicies policies,
            CaptchaSecrets secrets,
            OutboundHttp outbound,
            MeterRegistry metrics,
            @ConfigProperty(
                            name = "ghee.captcha.turnstile-url",
                            defaultValue = "https://challenges.cloudflare.com/turnstile/v0/siteverify")
                    Provider<String> turnstile,
            @ConfigProperty(name = "ghee.captcha.hcaptcha-url", defaultValue = "https://api.hcaptcha.com/siteverify")
                    Provider<String> hcaptcha) {
        this.policies = policies;
        this.secrets = secrets;
        this.outbound = outbound;
        this.metrics = metrics;
        this.turnstile = turnstile;
        this.hcaptcha = hcaptcha;
    }

    /**
     * Returns normally when the app asks for no captcha or the token is good. Fails with 400
     * {@code VALIDATION_INVALID_INPUT} when it is not, and with 502 {@code EXTERNAL_NETWORK_ERROR} when the provider does
     * not answer: letting everybody in then would make an outage a way round.
     */
    public void require(AppId app, @Nullable String token, String clientAddress) {
        CaptchaPolicy policy = policies.of(app).captcha();
        if (policy == null) {
            return;
        }
        if (token == null || token.isBlank() || token.length() > MAX_TOKEN) {
            throw refused("Solve the captcha and send its token as captcha_token");
        }
        var form = Map.of(
                "secret", secrets.open(app, policy.sealedSecret()), "response", token, "remoteip", clientAddress);
        if (!passes(app, ask(app, policy.provider(), form))) {
            throw refused("The captcha was not solved, or its token was used before");
        }
    }

    private JsonNode ask(AppId app, CaptchaPolicy.Provider provider, Map<String, String> form) {
        String url = switch (provider) {
            case TURNSTILE -> turnstile.get();
            case HCAPTCHA -> hcaptcha.get();
        };
        try {
            OutboundResponse answer = outbound.send(OutboundRequest.form(URI.create(url), form));
            if (answer.status() != 200) {
                throw unanswered(app, provider, new IOException("status " + answer.status()));
            }
            return JSON.readTree(answer.body());
        } catch (OutboundException | IOException e) {
            throw unanswered(app, provider, e);
        }
    }

    /** A wrong secret is the administrators' mistake, and they look for it here. */
    private static boolean passes(AppId app, JsonNode answer) {
        if (answer.path("success").asBoolean(false)) {
            return true;
        }
        String codes = answer.path("error-codes").toString();
        if (codes.contains("secret")) {
            LOG.warnf("Captcha secret refused by its provider: app=%s", app);
        }
        return false;
    }

    private GheeException unanswered(AppId app, CaptchaPolicy.Provider provider, Exception cause) {
        metrics.counter("ghee.auth.captcha.unanswered").increment();
        LOG.warnf("Captcha provider does not answer: app=%s provider=%s cause=%s", app, provider, cause.getMessage());
        return new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, "The captcha provider did not answer", cause);
    }

    private static GheeException refused(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "Captcha needed")
                .withDetails(List.of(Map.of("path", "captcha_token", "message", message)));
    }
}
