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

/**
 * The migrations of an app's database, listed rather than found: a native image has no class path to scan. Forward
 * only; a file is never edited once released.
 */
final class AppMigrations implements ResourceProvider {
    static final String SCHEMA = "ghee";

    private static final String FOLDER = "app-database";
    private static final List<String> FILES = List.of("V1__base.sql", "V2__auth.sql", "V3__schema_ledger.sql");

    private final List<LoadableResource> resources =
            FILES.stream().map(AppMigrations::resource).toList();

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

    private static LoadableResource resource(String file) {
        return new ClassPathResource(
                Location.fromPath("classpath:", FOLDER),
                FOLDER + "/" + file,
                AppMigrations.class.getClassLoader(),
                StandardCharsets.UTF_8);
    }
}
