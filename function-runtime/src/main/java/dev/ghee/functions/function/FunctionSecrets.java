package dev.ghee.functions.function;

import dev.ghee.contracts.AppId;
import dev.ghee.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Seals variables and webhooks' secrets: each opens only in the very place that it was sealed for. */
@ApplicationScoped
class FunctionSecrets {
    private final MasterKey key;

    FunctionSecrets(MasterKey key) {
        this.key = key;
    }

    String seal(AppId app, UUID owner, String variable, String value) {
        return key.seal(value.getBytes(StandardCharsets.UTF_8), variableOf(app, owner, variable));
    }

    /** Fails with {@link dev.ghee.secrets.UnreadableSecretException}. */
    String open(AppId app, FunctionRows.Variable variable) {
        return text(key.open(variable.sealed(), variableOf(app, variable.function(), variable.key())));
    }

    TriggerSpec seal(AppId app, UUID function, TriggerSpec trigger) {
        return trigger.withSecret(
                secret -> key.seal(secret.getBytes(StandardCharsets.UTF_8), webhookOf(app, function)));
    }

    /** Fails with {@link dev.ghee.secrets.UnreadableSecretException}. */
    TriggerSpec open(AppId app, UUID function, TriggerSpec trigger) {
        return trigger.withSecret(secret -> text(key.open(secret, webhookOf(app, function))));
    }

    private static String variableOf(AppId app, UUID owner, String variable) {
        return "function env " + app + " " + owner + " " + variable;
    }

    private static String webhookOf(AppId app, UUID function) {
        return "function webhook " + app + " " + function;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
