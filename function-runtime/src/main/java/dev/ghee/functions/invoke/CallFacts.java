package dev.ghee.functions.invoke;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.binding.Invocation;
import dev.ghee.tenancy.rls.DbRole;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a call's wrapper is told, as one line of ASCII. What concerns the app is written once per state of the app, and
 * {@code ctx.caller} of nobody once for all.
 */
@ApplicationScoped
class CallFacts {
    private static final int REMEMBERED_APPS = 10_000;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final String NOBODY = write(CallingAs.anonymous().caller());

    /** The members are there, so that code which looks for them does not fail; their values are control-api's. */
    private static final Map<String, @Nullable Object> AUTH = auth();

    private final Cache<AppId, Written> apps =
            Caffeine.newBuilder().maximumSize(REMEMBERED_APPS).build();

    private final String apiUrl;

    private record Written(AppState app, String json) {}

    CallFacts(@ConfigProperty(name = "ghee.public-url", defaultValue = "http://127.0.0.1:4000") String apiUrl) {
        this.apiUrl = apiUrl;
    }

    /**
     * {@code ctx.request}.
     *
     * @param id given by the edge, or made up
     * @param ip of the client; empty when nobody called over the network
     * @param country always null: nothing here knows it
     */
    record RequestFacts(String id, String ip, @Nullable String country, String functionName) {}

    /** @param secure whether the client speaks TLS, wherever that ends */
    String of(Invocation invocation, CallingAs as, RequestFacts request, boolean secure) {
        String user = as.caller().userId();
        return "{\"capability\":\"" + invocation.capability()
                + "\",\"user\":" + (user == null ? "null" : "{\"id\":" + write(user) + '}')
                + ",\"caller\":" + (user == null && as.caller().keyId() == null ? nobody(as) : write(as.caller()))
                + ",\"request\":" + write(request)
                + ",\"service\":" + (invocation.grant().mayActAsService() || isService(invocation))
                + ",\"trusted\":" + as.trusted()
                + ",\"secure\":" + secure
                + ",\"app\":" + app(invocation.grant().app()) + '}';
    }

    private static boolean isService(Invocation invocation) {
        return invocation.grant().claims().role() == DbRole.SERVICE;
    }

    private static String nobody(CallingAs as) {
        return as.caller().type().equals("anonymous") ? NOBODY : write(as.caller());
    }

    /** With the members {@code app} and {@code platform}, of which the first name is the caller's to write. */
    private String app(AppState app) {
        Written known = apps.getIfPresent(app.appId());
        if (known == null || known.app() != app) {
            known = new Written(app, write(facts(app)) + ",\"platform\":" + write(variables(app)));
            apps.put(app.appId(), known);
        }
        return known.json();
    }

    /** {@code ctx.app}; what this installation has nothing of is null, as in the original. */
    private static Map<String, @Nullable Object> facts(AppState app) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("id", app.appId().value());
        facts.put("name", app.name());
        facts.put("ownerId", app.ownerId());
        facts.put("substrateOrganizationId", null);
        facts.put("region", app.region());
        facts.put("subdomain", app.subdomain());
        facts.put("anonKey", app.anonKey());
        facts.put("allowedOrigins", List.copyOf(app.allowedOrigins()));
        facts.put("frontend", null);
        facts.put("auth", AUTH);
        facts.put("ai", null);
        facts.put("billing", null);
        return facts;
    }

    /** What {@code ctx.env} says of the app, whatever the app itself says. */
    private Map<String, String> variables(AppState app) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("BUTTERBASE_APP_ID", app.appId().value());
        variables.put("BUTTERBASE_API_URL", apiUrl);
        variables.put("BUTTERBASE_APP_NAME", app.name());
        variables.put("BUTTERBASE_REGION", app.region());
        variables.put("BUTTERBASE_ANON_KEY", app.anonKey());
        variables.put("BUTTERBASE_SUBDOMAIN", app.subdomain());
        return variables;
    }

    private static Map<String, @Nullable Object> auth() {
        Map<String, @Nullable Object> auth = new LinkedHashMap<>();
        auth.put("accessTokenTtl", null);
        auth.put("refreshTokenTtlDays", null);
        auth.put("hookFunction", null);
        return auth;
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Facts are text", e);
        }
    }
}
