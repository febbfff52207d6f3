package dev.ghee.service.request;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.HashMap;

/** Whether an app may be used at the moment. */
public final class AppGuard {
    private static final String RETRY_SECONDS = "60";

    private AppGuard() {}

    /** Fails with {@code APP_PROVISIONING} or {@code APP_DELETING} unless the app has its database. */
    public static void requireReady(AppState app) {
        switch (app.status()) {
            case READY, MIGRATING -> {}
            case PROVISIONING, FAILED ->
                throw new GheeException(ErrorCode.APP_PROVISIONING, "The app is not ready yet");
            case DELETING -> throw new GheeException(ErrorCode.APP_DELETING, "The app is being deleted");
        }
    }

    /** Fails with {@code APP_PAUSED} as well; for whatever an app's own users call. */
    public static void requireServing(AppState app) {
        requireReady(app);
        AppState.Pause pause = app.pause();
        if (pause != null) {
            var details = new HashMap<String, Object>();
            details.put("paused_reason", pause.reason());
            details.put("reason", pause.reason());
            throw new GheeException(ErrorCode.APP_PAUSED, "The app is paused")
                    .withDetails(details)
                    .withHeader("Retry-After", RETRY_SECONDS);
        }
    }
}
