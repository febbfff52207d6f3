package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.storage.hosting.site.Framework;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deploys an app's site and shows what was deployed; for the app's administrators. */
@Path("/v1/{app}/frontend/deployments")
public class DeploymentResource {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final CurrentRequest request;
    private final ZipDeployments deployments;
    private final DeploymentStore store;
    private final Publishing publishing;
    private final SiteAddress address;

    DeploymentResource(
            CurrentRequest request,
            ZipDeployments deployments,
            DeploymentStore store,
            Publishing publishing,
            SiteAddress address) {
        this.request = request;
        this.deployments = deployments;
        this.store = store;
        this.publishing = publishing;
        this.address = address;
    }

    /** @param sizeBytes of the zip, to bind the upload URL to it */
    record NewDeployment(
            @Nullable String framework, @Nullable Long sizeBytes) {}

    @POST
    @RunOnVirtualThread
    public DeploymentViews.Created create(String app, @Nullable NewDeployment body) {
        AppState state = acting(app);
        Framework framework = body == null || body.framework() == null ? Framework.OTHER : framework(body.framework());
        Long size = body == null ? null : body.sizeBytes();
        if (size != null && size <= 0) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "sizeBytes must be positive");
        }
        ZipDeployments.Created created = deployments.create(state, framework, size);
        return new DeploymentViews.Created(
                created.id().toString(), created.uploadUrl(), SiteUploads.VALID.toSeconds(), deployments.maxZipBytes());
    }

    private static Framework framework(String name) {
        return Framework.of(name)
                .orElseThrow(() -> new GheeException(
                        ErrorCode.VALIDATION_INVALID_SCHEMA,
                        "framework must be react-vite, nextjs-static, static or other"));
    }

    @GET
    @RunOnVirtualThread
    public DeploymentViews.Listing list(String app) {
        AppState state = acting(app);
        String site = address.of(state);
        return new DeploymentViews.Listing(store.newest(state).await().atMost(LIMIT).stream()
                .map(deployment -> DeploymentViews.View.of(deployment, site))
                .toList());
    }

    @GET
    @Path("{id}")
    @RunOnVirtualThread
    public DeploymentViews.Details get(String app, String id) {
        AppState state = acting(app);
        return DeploymentViews.Details.of(find(state, id), address.of(state));
    }

    @POST
    @Path("{id}/start")
    @RunOnVirtualThread
    public DeploymentViews.Started start(String app, String id) {
        AppState state = acting(app);
        StoredDeployment deployment = find(state, id);
        deployments.start(state, deployment);
        return new DeploymentViews.Started(deployment.id().toString(), DeploymentState.UPLOADING.name());
    }

    @POST
    @Path("{id}/sync")
    @RunOnVirtualThread
    public DeploymentViews.Details sync(String app, String id) {
        return details(acting(app), id);
    }

    @POST
    @Path("{id}/cancel")
    @RunOnVirtualThread
    public DeploymentViews.Details cancel(String app, String id) {
        AppState state = acting(app);
        deployments.cancel(state, find(state, id).id());
        return details(state, id);
    }

    @POST
    @Path("{id}/rollback")
    @RunOnVirtualThread
    public DeploymentViews.Details rollBack(String app, String id) {
        AppState state = acting(app);
        if (!publishing.goBack(state, find(state, id).id())) {
            throw Deployments.notInState();
        }
        return details(state, id);
    }

    @DELETE
    @Path("{id}")
    @RunOnVirtualThread
    public DeploymentViews.Deleted delete(String app, String id) {
        AppState state = acting(app);
        if (!publishing.delete(state, known(id))) {
            throw notFound();
        }
        return new DeploymentViews.Deleted(true);
    }

    private DeploymentViews.Details details(AppState app, String id) {
        return DeploymentViews.Details.of(find(app, id), address.of(app));
    }

    private StoredDeployment find(AppState app, String id) {
        return deployments.find(app, known(id)).orElseThrow(DeploymentResource::notFound);
    }

    private static UUID known(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw notFound();
        }
    }

    private static GheeException notFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Deployment not found");
    }

    private AppState acting(String app) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .await()
                .atMost(LIMIT)
                .app();
    }
}
