package dev.ghee.control.region;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** Which regions there are. Public. */
@Path("/v1/regions")
class RegionsResource {
    private final Regions regions;

    RegionsResource(Regions regions) {
        this.regions = regions;
    }

    @GET
    public Names list() {
        return new Names(regions.names());
    }

    record Names(List<String> regions) {}
}
