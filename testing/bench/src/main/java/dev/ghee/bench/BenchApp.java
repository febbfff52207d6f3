package dev.ghee.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppState;
import dev.ghee.testkit.Endpoints;
import dev.ghee.testkit.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A new app on the stack, with signed-up users, set up through the API as any client would. */
final class BenchApp {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PROVISIONING_LIMIT = Duration.ofSeconds(60);
    static final String PASSWORD = "Bench-1234!";

    private final BenchStack stack;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String id;

    /** A user with an access token. */
    record User(String id, String accessToken) {}

    private BenchApp(BenchStack stack, String id) {
        this.stack = stack;
        this.id = id;
    }

    static BenchApp create(BenchStack stack) throws IOException, InterruptedException {
        var unnamed = new BenchApp(stack, "");
        String id = unnamed.post("/init", stack.ownerKey(), Map.of("name", "bench-" + UUID.randomUUID()))
                .path("app_id")
                .asText();
        Instant deadline = Instant.now().plus(PROVISIONING_LIMIT);
        while (!unnamed.send("GET", "/apps/" + id + "/status", stack.ownerKey(), "")
                .path("provisioning_status")
                .asText()
                .equals("ready")) {
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("the app is not ready after " + PROVISIONING_LIMIT);
            }
            Thread.sleep(100);
        }
        return new BenchApp(stack, id);
    }

    String id() {
        return id;
    }

    String path(String rest) {
        return "/v1/" + id + "/" + rest;
    }

    List<User> signUp(int count) throws IOException, InterruptedException {
        var users = new ArrayList<User>();
        for (int i = 0; i < count; i++) {
            String email = "user" + i + "@example.com";
            JsonNode signedUp = post("/auth/" + id + "/signup", "", Map.of("email", email, "password", PASSWORD));
            JsonNode login = post("/auth/" + id + "/login", "", Map.of("email", email, "password", PASSWORD));
            users.add(new User(
                    signedUp.path("user").path("id").asText(),
                    login.path("access_token").asText()));
        }
        return users;
    }

    /** Refresh tokens of as many new users. */
    List<String> refreshTokens(int count) throws IOException, InterruptedException {
        signUp(count);
        return refreshTokensAgain(count);
    }

    /** The same users sign in once more. */
    List<String> refreshTokensAgain(int count) throws IOException, InterruptedException {
        var tokens = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            JsonNode login = post(
                    "/auth/" + id + "/login", "", Map.of("email", "user" + i + "@example.com", "password", PASSWORD));
            tokens.add(login.path("refresh_token").asText());
        }
        return tokens;
    }

    /** The keys that verify the users' access tokens. */
    List<AppState.PublicKey> jwks() throws IOException, InterruptedException {
        JsonNode keys =
                send("GET", "/auth/" + id + "/.well-known/jwks.json", "", "").path("keys");
        return JSON.readerForListOf(AppState.PublicKey.class)
                .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .readValue(keys);
    }

    JsonNode post(String path, String bearer, Object body) throws IOException, InterruptedException {
        return send("POST", path, bearer, JSON.writeValueAsString(body));
    }

    /** Fails when the answer is not 2xx. */
    JsonNode send(String method, String path, String bearer, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(stack.edgeUrl() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        if (!bearer.isEmpty()) {
            request.header("Authorization", "Bearer " + bearer);
        }
        BenchStack.bypass().forEach(request::header);
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }

    /** Runs statements in the app's database as its owner. */
    void execute(String... statements) throws SQLException {
        Endpoints.Entry postgres = stack.endpoints().get("postgres." + LocalStack.REGION);
        String url = "jdbc:postgresql://" + postgres.get("host") + ":" + postgres.get("port") + "/" + id;
        try (Connection connection = DriverManager.getConnection(
                        url, "ghee_owner", stack.secrets().postgresOwnerPassword());
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    /** The one number that a query in the app's database answers. */
    long count(String query) throws SQLException {
        Endpoints.Entry postgres = stack.endpoints().get("postgres." + LocalStack.REGION);
        String url = "jdbc:postgresql://" + postgres.get("host") + ":" + postgres.get("port") + "/" + id;
        try (Connection connection = DriverManager.getConnection(
                        url, "ghee_owner", stack.secrets().postgresOwnerPassword());
                Statement sql = connection.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    PgBench pgBench() {
        Endpoints.Entry postgres = stack.endpoints().get("postgres." + LocalStack.REGION);
        return new PgBench(
                postgres.get("host"), postgres.get("port"), id, stack.secrets().postgresAuthenticatorPassword());
    }
}
