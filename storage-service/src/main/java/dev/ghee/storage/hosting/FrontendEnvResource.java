package dev.ghee.storage.hosting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The environment of builds of an app's site. Values go in and are never shown again. */
@Path("/v1/{app}/frontend/env")
public class FrontendEnvResource {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final int MOST_VALUE_CHARACTERS = 16 * 1024;

    private final CurrentRequest request;
    private final FrontendEnv env;

    FrontendEnvResource(CurrentRequest request, FrontendEnv env) {
        this.request = request;
        this.env = env;
    }

    /** What was changed. */
    record Changed(String message, List<String> keys) {}

    /** Without values. */
    record Listing(List<FrontendEnv.Variable> envVars) {}

    @GET
    @RunOnVirtualThread
    public Listing list(String app) {
        return new Listing(env.list(acting(app)).await().atMost(LIMIT));
    }

    /** Adds to what is there, as {@link #change}: clients expect either method to. */
    @PUT
    @RunOnVirtualThread
    public Changed put(String app, @Nullable JsonNode body) {
        return change(app, body);
    }

    @PATCH
    @RunOnVirtualThread
    public Changed change(String app, @Nullable JsonNode body) {
        AppState state = acting(app);
        Map<String, @Nullable String> variables = variables(body);
        env.change(state, variables).await().atMost(LIMIT);
        return new Changed(
                "Environment updated", variables.keySet().stream().sorted().toList());
    }

    private static Map<String, @Nullable String> variables(@Nullable JsonNode body) {
        if (!(body instanceof ObjectNode object) || object.isEmpty()) {
            throw invalid("The request body must be an object of variables: {\"NAME\": \"value\"}");
        }
        if (object.size() > FrontendEnv.MOST_VARIABLES) {
            throw invalid("At most " + FrontendEnv.MOST_VARIABLES + " variables");
        }
        Map<String, @Nullable String> variables = new LinkedHashMap<>();
        object.properties().forEach(variable -> {
            if (!NAME.matcher(variable.getKey()).matches()) {
                throw invalid("Names are letters, digits and _, not beginning with a digit, at most 128 characters");
            }
            variables.put(variable.getKey(), value(variable.getKey(), variable.getValue()));
        });
        return variables;
    }

    /** Numbers and booleans are taken for their text; null removes a variable. */
    private static @Nullable String value(String name, JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (!value.isValueNode()) {
            throw invalid(name + " must be a text, or null to remove it");
        }
        String text = value.asText();
        if (text.length() > MOST_VALUE_CHARACTERS) {
            throw invalid(name + " is longer than " + MOST_VALUE_CHARACTERS + " characters");
        }
        if (text.indexOf('\0') >= 0) {
            throw invalid(name + " has a NUL character, which no environment can hold");
        }
        return text;
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, message);
    }

    private AppState acting(String app) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .await()
                .atMost(LIMIT)
                .app();
    }
}
