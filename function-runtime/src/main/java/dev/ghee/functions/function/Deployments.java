package dev.ghee.functions.function;

import dev.ghee.contracts.AppState;
import dev.ghee.functions.engine.CallLimits;
import dev.ghee.functions.wrapper.Wrapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** From what is stored to what is called. */
@ApplicationScoped
class Deployments {
    private static final Logger LOG = Logger.getLogger(Deployments.class);
    private static final Pattern REVISION = Pattern.compile("v(\\d{1,9})-[0-9a-z-]{1,50}");

    private final FunctionConfig config;
    private final FunctionSecrets secrets;

    Deployments(FunctionConfig config, FunctionSecrets secrets) {
        this.config = config;
        this.secrets = secrets;
    }

    DeployedFunction deployed(AppState app, StoredFunction function) {
        Duration wallTime = Duration.ofMillis(function.timeoutMs());
        Duration cpuTime = wallTime.compareTo(config.cpuTime()) < 0 ? wallTime : config.cpuTime();
        return new DeployedFunction(
                function.id(),
                function.name(),
                function.version(),
                revision(function),
                triggers(app, function),
                new CallLimits(wallTime, cpuTime, function.memoryMb()),
                function.allowServiceKeyImpersonation(),
                function.allowAsService());
    }

    /** One trigger that cannot be read, as after the key was replaced, must not take the function's others with it. */
    private List<Trigger> triggers(AppState app, StoredFunction function) {
        List<Trigger> triggers = new ArrayList<>();
        for (TriggerSpec spec : function.triggers()) {
            if (spec.enabled()) {
                try {
                    triggers.add(secrets.open(app.appId(), function.id(), spec).parse());
                } catch (RuntimeException e) {
                    LOG.errorf(
                            "Trigger unreadable, so it is off: app=%s function=%s type=%s cause=%s",
                            app.appId(),
                            function.name(),
                            spec.type(),
                            e.getClass().getSimpleName());
                }
            }
        }
        return triggers;
    }

    /** Of the function's identity too: a name that was deleted and taken again begins with version 1 anew. */
    private static String revision(StoredFunction function) {
        String identity = HexFormat.of().toHexDigits(function.id().getMostSignificantBits());
        return "v" + function.version() + "-" + function.envRevision() + "-" + Wrapper.VERSION + "-" + identity;
    }

    /** The version of code in a revision of ours; empty for any other text. */
    static OptionalInt versionOf(String revision) {
        Matcher matcher = REVISION.matcher(revision);
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }
}
