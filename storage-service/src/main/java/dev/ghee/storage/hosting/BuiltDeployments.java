package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Deployments that are built from source, as those see them who wait for them. */
@ApplicationScoped
public class BuiltDeployments {
    private final ZipDeployments deployments;

    BuiltDeployments(ZipDeployments deployments) {
        this.deployments = deployments;
    }

    /**
     * Empty when there is none that is built from source. One whose process has died is ended first. Blocks; fails with
     * {@code EXTERNAL_DB_ERROR} or {@code EXTERNAL_DB_BUSY}.
     */
    public Optional<DeploymentState> state(AppState app, UUID deployment) {
        return deployments
                .find(app, deployment)
                .filter(found -> found.source() == StoredDeployment.Source.BUILD)
                .map(StoredDeployment::state);
    }
}
