package dev.ghee.control.region;

import dev.ghee.appdb.Cluster;
import dev.ghee.tenancy.region.RegionsConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The regions that apps can live in. Fixed while the process lives. */
@ApplicationScoped
public class Regions {
    private final String platformRegion;
    private final SortedMap<String, Cluster> clusters = new TreeMap<>();

    Regions(RegionsConfig config, ClusterAdminConfig admin) {
        this.platformRegion = config.region();
        config.regions()
                .forEach((name, region) -> clusters.put(
                        name,
                        new Cluster(
                                region.postgres().host(),
                                region.postgres().port(),
                                admin.adminUser(),
                                admin.adminPassword(),
                                config.postgres().ownerPassword(),
                                config.postgres().authenticatorPassword(),
                                config.postgres().replicatorPassword())));
        if (!clusters.containsKey(platformRegion)) {
            throw new IllegalStateException("ghee.regions has no entry for ghee.region = " + platformRegion);
        }
    }

    /** Where apps go that ask for no region, and where the control database is. */
    public String platformRegion() {
        return platformRegion;
    }

    /** In alphabetical order. */
    public List<String> names() {
        return List.copyOf(clusters.keySet());
    }

    /** The region's cluster; empty when there is no such region. */
    public Optional<Cluster> find(String region) {
        return Optional.ofNullable(clusters.get(region));
    }

    /** The region's cluster. An app's region is always one that was there when the app was made. */
    public Cluster cluster(String region) {
        return find(region)
                .orElseThrow(() -> new IllegalStateException("ghee.regions has no entry for the region " + region));
    }
}
