package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.outbound.OutboundException;
import dev.ghee.outbound.OutboundHttp;
import dev.ghee.outbound.OutboundRequest;
import dev.ghee.outbound.OutboundResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.util.regex.Pattern;

/** JSON from providers. Fails with {@link ProviderRefusal}; {@code what} names the endpoint in it. */
@ApplicationScoped
class ProviderCalls {
    /** What RFC 6749 lets an error code be, shortened. */
    private static final Pattern ERROR_CODE = Pattern.compile("[A-Za-z0-9_.-]{1,60}");

    private final OutboundHttp http;
    private final ObjectMapper json;

    ProviderCalls(OutboundHttp http, ObjectMapper json) {
        this.http = http;
        this.json = json;
    }

    JsonNode get(String what, URI uri) {
        return object(what, send(what, OutboundRequest.get(uri)));
    }

    /** With the user's access token. */
    JsonNode get(String what, URI uri, String accessToken) {
        OutboundRequest request = OutboundRequest.get(uri).header("Authorization", "Bearer " + accessToken);
        return node(what, send(what, request));
    }

    JsonNode post(String what, OutboundRequest request) {
        return object(what, send(what, request));
    }

    private OutboundResponse send(String what, OutboundRequest request) {
        try {
            return http.send(request);
        } catch (OutboundException e) {
            throw ProviderRefusal.unreachable(what + " was not reached: " + e.reason(), e);
        }
    }

    private JsonNode object(String what, OutboundResponse response) {
        JsonNode node = node(what, response);
        if (!node.isObject()) {
            throw ProviderRefusal.because(what + " did not answer with a JSON object");
        }
        return node;
    }

    private JsonNode node(String what, OutboundResponse response) {
        if (!response.ok()) {
            throw ProviderRefusal.because(what + " answered " + response.status() + error(response));
        }
        try {
            return json.readTree(response.body());
        } catch (IOException e) {
            throw ProviderRefusal.because(what + " did not answer with JSON");
        }
    }

    /** The error's code, if the body has one that is fit to be kept. */
    private String error(OutboundResponse response) {
        try {
            JsonNode body = json.readTree(response.text());
            String code = body == null ? "" : body.path("error").asText("");
            return ERROR_CODE.matcher(code).matches() ? " " + code : "";
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
