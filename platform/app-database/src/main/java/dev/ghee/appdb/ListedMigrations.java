package dev.ghee.appdb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.resource.classpath.ClassPathResource;
import org.jspecify.annotations.Nullable;

/** Migrations that are listed rather than found: a packaged service has no class path that Flyway could scan. */
public final class ListedMigrations implements ResourceProvider {
    private final List<LoadableResource> resources;

    /** Files of one folder, read by the loader of the class that ships with them. */
    public ListedMigrations(ClassLoader loader, String folder, List<String> files) {
        resources = files.stream()
                .<LoadableResource>map(file -> new ClassPathResource(
                        Location.fromPath("classpath:", folder), folder + "/" + file, loader, StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public @Nullable LoadableResource getResource(String name) {
        return resources.stream()
                .filter(resource -> resource.getFilename().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return resources.stream()
                .filter(resource -> resource.getFilename().startsWith(prefix)
                        && Arrays.stream(suffixes).anyMatch(resource.getFilename()::endsWith))
                .toList();
    }
}
