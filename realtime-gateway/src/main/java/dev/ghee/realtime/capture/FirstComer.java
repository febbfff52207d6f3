package dev.ghee.realtime.capture;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Whoever comes first reads a slot until it ends; the others try again and again. */
@ApplicationScoped
class FirstComer implements Ownership {
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Set<AppId> refused = ConcurrentHashMap.newKeySet();

    @Override
    public void awaitTurn(AppState app) throws InterruptedException {
        if (refused.remove(app.appId())) {
            Thread.sleep(PAUSE);
        }
    }

    @Override
    public void taken(AppId app, Runnable yield) {
        refused.remove(app);
    }

    @Override
    public void released(AppId app) {
        refused.add(app);
    }
}
