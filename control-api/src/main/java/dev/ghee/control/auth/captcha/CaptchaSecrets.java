package dev.ghee.control.auth.captcha;

import dev.ghee.contracts.AppId;
import dev.ghee.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;

/** Secrets that apps have with captcha providers, as they are stored. */
@ApplicationScoped
public class CaptchaSecrets {
    private final MasterKey key;

    CaptchaSecrets(MasterKey key) {
        this.key = key;
    }

    public String seal(AppId app, String secret) {
        return key.seal(secret.getBytes(StandardCharsets.UTF_8), owner(app));
    }

    String open(AppId app, String sealed) {
        return new String(key.open(sealed, owner(app)), StandardCharsets.UTF_8);
    }

    private static String owner(AppId app) {
        return "captcha " + app.value();
    }
}
