package dev.ghee.edge;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.ApiHosts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one edge process.
 *
 * @param port 0 picks a free one
 * @param backends addresses of the replicas of each service that the route table names
 * @param files directory of each static route; a route whose directory is missing here answers 404
 * @param trustedProxies addresses of peers whose {@code X-Forwarded-*} headers are believed; anyone else's are replaced
 * @param apiHosts names under which the API is reached; requests for any other are for an app's own host
 * @param eventLoops threads that serve; each has its own connections to the backends
 * @param idleTimeout how long a connection, on either side, may be silent before it is closed
 * @param maxConnections clients connected at once; more are closed at accept
 * @param maxTunnels WebSockets open at once; more are answered 503
 */
public record EdgeConfig(
        String host,
        int port,
        Path routes,
        Map<String, List<URI>> backends,
        Map<String, Path> files,
        Set<String> trustedProxies,
        ApiHosts apiHosts,
        int eventLoops,
        Duration idleTimeout,
        int maxConnections,
        int maxTunnels) {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // A service with one replica is written as its address.
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY);

    public EdgeConfig {
        backends = Map.copyOf(backends);
        files = Map.copyOf(files);
        trustedProxies = Set.copyOf(trustedProxies);
        backends.forEach((service, addresses) -> {
            if (addresses.isEmpty() || !addresses.stream().allMatch(EdgeConfig::isAddress)) {
                throw new IllegalArgumentException(
                        "backends." + service + " must be http://<host>:<port>, or a list of such");
            }
        });
    }

    private static boolean isAddress(URI address) {
        return "http".equals(address.getScheme()) && address.getHost() != null && address.getPort() >= 1;
    }

    /** What the file holds; absent settings have the defaults of {@link #settings()}. */
    private record FileFormat(
            @Nullable String host,
            @Nullable Integer port,
            @Nullable String routes,
            @Nullable Map<String, List<URI>> backends,
            @JsonProperty("static") @Nullable Map<String, String> files,
            @Nullable List<String> trustedProxies,
            @Nullable List<String> apiHosts,
            @Nullable Integer eventLoops,
            @Nullable Integer idleTimeoutSeconds,
            @Nullable Integer maxConnections,
            @Nullable Integer maxTunnels) {

        EdgeConfig settings() {
            if (routes == null || backends == null) {
                throw new IllegalArgumentException("The edge's configuration needs routes and backends");
            }
            Map<String, Path> directories = new HashMap<>();
            or(files, Map.<String, String>of()).forEach((name, path) -> directories.put(name, Path.of(path)));
            return new EdgeConfig(
                    or(host, "127.0.0.1"),
                    or(port, 4000),
                    Path.of(routes),
                    backends,
                    directories,
                    Set.copyOf(or(trustedProxies, List.<String>of())),
                    ApiHosts.of(or(apiHosts, List.<String>of())),
                    or(eventLoops, Math.max(2, Runtime.getRuntime().availableProcessors())),
                    Duration.ofSeconds(or(idleTimeoutSeconds, 120)),
                    or(maxConnections, 20_000),
                    or(maxTunnels, 10_000));
        }

        private static <T> T or(@Nullable T value, T otherwise) {
            return value == null ? otherwise : value;
        }
    }

    /** Fails with {@link IllegalArgumentException} or {@link IOException} naming what is missing or unknown. */
    static EdgeConfig read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    static EdgeConfig parse(String json) throws IOException {
        return JSON.readValue(json, FileFormat.class).settings();
    }
}
