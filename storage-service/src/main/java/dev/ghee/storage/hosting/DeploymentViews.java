package dev.ghee.storage.hosting;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers about deployments, as clients know them. */
final class DeploymentViews {
    private DeploymentViews() {}

    /** @param expiresIn seconds that the URL is good for */
    record Created(String id, String uploadUrl, long expiresIn, long maxSizeBytes) {
        /** Without the URL, which lets its bearer in. */
        @Override
        public String toString() {
            return "Created[" + id + "]";
        }
    }

    record Started(String id, String status) {}

    record Listing(List<View> deployments) {}

    record Deleted(boolean deleted) {}

    /** @param url of the site, while this is what is served there */
    record View(
            String id,
            String framework,
            @Nullable String url,
            String status,
            @Nullable String error,
            @Nullable Integer fileCount,
            @Nullable Long totalSizeBytes,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt,
            Instant updatedAt) {
        static View of(StoredDeployment deployment, String site) {
            return new View(
                    deployment.id().toString(),
                    deployment.framework().wireName(),
                    deployment.state() == DeploymentState.READY ? site : null,
                    deployment.state().name(),
                    deployment.error(),
                    deployment.fileCount(),
                    deployment.totalBytes(),
                    deployment.createdAt(),
                    deployment.startedAt(),
                    deployment.completedAt(),
                    deployment.updatedAt());
        }
    }

    /** The fields of somebody else's hosting are there for clients that look for them. */
    record Details(
            String id,
            String framework,
            @Nullable String url,
            String status,
            @Nullable String error,
            @Nullable Integer fileCount,
            @Nullable Long totalSizeBytes,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt,
            Instant updatedAt,
            @Nullable String cloudflareProjectName,
            @Nullable String cloudflareDeploymentId,
            @JsonRawValue @Nullable String buildConfig) {
        static Details of(StoredDeployment deployment, String site) {
            View view = View.of(deployment, site);
            return new Details(
                    view.id(),
                    view.framework(),
                    view.url(),
                    view.status(),
                    view.error(),
                    view.fileCount(),
                    view.totalSizeBytes(),
                    view.createdAt(),
                    view.startedAt(),
                    view.completedAt(),
                    view.updatedAt(),
                    null,
                    null,
                    deployment.buildConfig());
        }
    }
}
