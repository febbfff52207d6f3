package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import java.util.UUID;

/** Work on one deployment; somebody else may end the deployment at any time. */
final class DeploymentJob {
    private final AppState app;
    private final UUID deployment;
    private volatile boolean ended;

    DeploymentJob(AppState app, UUID deployment) {
        this.app = app;
        this.deployment = deployment;
    }

    /** What is left to do is of no more use. */
    static final class EndedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    AppState app() {
        return app;
    }

    UUID deployment() {
        return deployment;
    }

    void end() {
        ended = true;
    }

    /** Fails with {@link EndedException} when somebody has canceled or deleted the deployment. */
    void requireWanted() {
        if (ended) {
            throw new EndedException();
        }
    }
}
