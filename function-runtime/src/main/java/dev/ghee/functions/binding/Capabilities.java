package dev.ghee.functions.binding;

import dev.ghee.contracts.AppId;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls under way, by the capability that each of them was given: 192 random bits, good for one app's socket and
 * until the call is over.
 */
@ApplicationScoped
public class Capabilities {
    private static final int BYTES = 24;
    /** A line that is said just before a long answer ends is still on its way then. */
    private static final long GRACE_MILLIS = 300;

    private static final long AFTER_BACKGROUND_MILLIS = 2_000;

    private final Vertx vertx;
    private final BindingConfig config;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Invocation> underWay = new ConcurrentHashMap<>();

    Capabilities(Vertx vertx, BindingConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** A new call. Whoever asks for one has to end it with {@link #answered} or {@link #end}. */
    public Invocation issue(Grant grant) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String capability = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var invocation = new Invocation(capability, grant, config);
        underWay.put(capability, invocation);
        return invocation;
    }

    /** The call that this capability belongs to, if it is one of this app and not over. */
    @Nullable
    Invocation find(AppId app, @Nullable String capability) {
        Invocation found = capability == null ? null : underWay.get(capability);
        return found != null && found.belongsTo(app) ? found : null;
    }

    /** Whether this app's code would be let in with it. */
    public boolean isUnderWay(AppId app, String capability) {
        return find(app, capability) != null;
    }

    /**
     * The answer has ended. The call is over at once, unless it announced that more comes.
     *
     * @param streamed whether the answer took so long that something said while it did may still be on its way
     */
    public void answered(Invocation invocation, boolean streamed) {
        boolean more = invocation.answered();
        if (!more && !streamed) {
            end(invocation);
        } else if (!more) {
            vertx.setTimer(GRACE_MILLIS, _ -> {
                if (!invocation.answered()) {
                    end(invocation);
                } else {
                    endLater(invocation);
                }
            });
        } else {
            endLater(invocation);
        }
    }

    /** The call is over, whatever it had announced. */
    public void end(Invocation invocation) {
        underWay.remove(invocation.capability());
        invocation.close();
    }

    private void endLater(Invocation invocation) {
        long timer = vertx.setTimer(config.backgroundTime().toMillis() + AFTER_BACKGROUND_MILLIS, _ -> end(invocation));
        invocation.over().onComplete(_ -> vertx.cancelTimer(timer));
    }
}
