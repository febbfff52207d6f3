package dev.ghee.edge.routes;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code deploy/routes.yaml}. */
public final class RoutesFile {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private RoutesFile() {}

    private record Table(@JsonProperty("max-body") String maxBody, List<Row> routes, List<Row> sites) {
        RouteTable table(List<Row> rows) {
            return new RouteTable(rows.stream().map(row -> row.route(maxBody)).toList());
        }
    }

    private record Row(
            String path,
            @Nullable String backend,
            @JsonProperty("static") @Nullable String files,
            boolean deny,
            boolean websocket,
            @JsonProperty("max-body") @Nullable String maxBody) {

        Route route(String defaultMaxBody) {
            return new Route(path, target(), bytes(maxBody == null ? defaultMaxBody : maxBody), websocket);
        }

        private Target target() {
            if (backend != null && files == null && !deny) {
                return new Target.Backend(backend);
            }
            if (files != null && backend == null && !deny) {
                return new Target.Files(files);
            }
            if (deny && backend == null && files == null) {
                return new Target.Denied();
            }
            throw new IllegalArgumentException("Route " + path + " needs exactly one of backend, static and deny");
        }
    }

    /** Fails with {@link IllegalArgumentException} naming the row that makes no sense. */
    public static RouteTables read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    static RouteTables read(InputStream in) throws IOException {
        Table table = YAML.readValue(in, Table.class);
        if (table.routes() == null || table.sites() == null) {
            throw new IllegalArgumentException("The route table needs routes and sites");
        }
        return new RouteTables(table.table(table.routes()), table.table(table.sites()));
    }

    /** Plain bytes, or with the suffix KiB or MiB. */
    private static long bytes(String size) {
        if (size.endsWith("MiB")) {
            return number(size) << 20;
        }
        if (size.endsWith("KiB")) {
            return number(size) << 10;
        }
        return Long.parseLong(size);
    }

    private static long number(String size) {
        return Long.parseLong(size.substring(0, size.length() - 3).strip());
    }
}
