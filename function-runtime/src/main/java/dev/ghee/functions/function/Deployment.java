package dev.ghee.functions.function;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.functions.build.SourceException;
import dev.ghee.functions.build.Sources;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a developer sends to deploy a function. What is left out stays as it was, but for timeout and memory. */
record Deployment(
        @Nullable String name,
        @Nullable String code,
        @Nullable Map<String, @Nullable String> files,
        @Nullable String entry,
        @Nullable String description,
        @Nullable Map<String, String> envVars,
        @Nullable Integer timeoutMs,
        @Nullable Integer memoryLimitMb,
        @Nullable List<@Nullable TriggerBody> triggers,
        @Nullable TriggerBody trigger,
        @JsonProperty("agent_tool") @Nullable Boolean agentTool,
        @JsonProperty("agent_tool_description") @Nullable String agentToolDescription,
        @JsonProperty("agent_tool_mode") @Nullable String agentToolMode,
        @JsonProperty("agent_tool_exposed_to") @Nullable String agentToolExposedTo,

        @JsonProperty("allow_service_key_impersonation") @Nullable
        Boolean allowServiceKeyImpersonation,

        @JsonProperty("allow_as_service") @Nullable Boolean allowAsService) {
    private static final int MAX_DESCRIPTION = 2_000;
    private static final int MAX_TOOL_DESCRIPTION = 500;
    private static final int MAX_TRIGGERS = 10;
    private static final int MAX_CONFIG = 8 * 1024;
    static final String HIDDEN = "***";

    /** A trigger as it is sent. */
    record TriggerBody(
            @Nullable String type,
            @Nullable JsonNode config,
            @Nullable Boolean enabled) {
        TriggerSpec spec() {
            if (type == null) {
                throw FunctionRules.invalid("A trigger needs a type");
            }
            JsonNode given = config == null || config.isNull() ? JsonNodeFactory.instance.objectNode() : config;
            String text = given.toString();
            if (!(given instanceof ObjectNode object) || text.length() > MAX_CONFIG) {
                throw FunctionRules.invalid(
                        "A trigger's config must be an object of at most " + MAX_CONFIG + " characters");
            }
            if (text.contains("\\u0000")) {
                throw FunctionRules.invalid("A trigger's config must not hold U+0000");
            }
            return new TriggerSpec(type, object, enabled == null || enabled);
        }
    }

    /** Fails with {@code VALIDATION_INVALID_SCHEMA} for everything that can be told without compiling. */
    void check() {
        FunctionRules.requireName(name);
        requireLength("description", description, MAX_DESCRIPTION);
        requireLength("agent_tool_description", agentToolDescription, MAX_TOOL_DESCRIPTION);
        requireOneOf("agent_tool_mode", agentToolMode, Set.of("read_only", "read_write"));
        requireOneOf("agent_tool_exposed_to", agentToolExposedTo, Set.of("developer_only", "end_user"));
        if (envVars != null) {
            FunctionRules.requireEnv(envVars, false);
        }
        timeout();
        memory();
        if (code == null && files == null) {
            throw FunctionRules.invalid("code is missing");
        }
        if (code != null && files != null) {
            throw FunctionRules.invalid("Send either code or files");
        }
    }

    int timeout() {
        return timeoutMs == null
                ? FunctionRules.DEFAULT_TIMEOUT
                : FunctionRules.within("timeoutMs", timeoutMs, 1, FunctionRules.MAX_TIMEOUT);
    }

    int memory() {
        return memoryLimitMb == null
                ? FunctionRules.DEFAULT_MEMORY
                : FunctionRules.within(
                        "memoryLimitMb", memoryLimitMb, FunctionRules.MIN_MEMORY, FunctionRules.MAX_MEMORY);
    }

    Sources sources() {
        try {
            if (code != null) {
                return Sources.of(code);
            }
            Map<String, String> all = new java.util.LinkedHashMap<>();
            if (files != null) {
                files.forEach((path, source) -> {
                    if (source == null) {
                        throw FunctionRules.invalid("Each of files needs a text");
                    }
                    all.put(path, source);
                });
            }
            return new Sources(all, entry == null ? Sources.SINGLE : entry);
        } catch (SourceException e) {
            throw FunctionRules.invalid(e);
        }
    }

    /** Null when none are given. A secret that is shown as hidden is the one that the function has. */
    @Nullable
    List<TriggerSpec> specs(List<TriggerSpec> had) {
        if (triggers == null && trigger == null) {
            return null;
        }
        List<@Nullable TriggerBody> given = triggers == null ? java.util.Collections.singletonList(trigger) : triggers;
        if (given.size() > MAX_TRIGGERS) {
            throw FunctionRules.invalid("A function has at most one trigger of each type");
        }
        List<TriggerSpec> specs = new ArrayList<>();
        Set<String> types = new HashSet<>();
        for (TriggerBody body : given) {
            if (body == null) {
                throw FunctionRules.invalid("A trigger must be an object");
            }
            TriggerSpec spec = withKnownSecret(body.spec(), had);
            spec.parse();
            if (!types.add(spec.type())) {
                throw FunctionRules.invalid(
                        "A function has at most one trigger of each type; " + spec.type() + " is twice");
            }
            specs.add(spec);
        }
        return specs;
    }

    private static TriggerSpec withKnownSecret(TriggerSpec spec, List<TriggerSpec> had) {
        Optional<String> known = had.stream()
                .filter(old -> old.type().equals(spec.type()))
                .map(old -> old.config().path(TriggerSpec.SECRET).asText(""))
                .filter(secret -> !secret.isEmpty())
                .findFirst();
        return spec.withSecret(secret -> {
            if (!secret.equals(HIDDEN)) {
                return secret;
            }
            return known.orElseThrow(() -> FunctionRules.invalid("Trigger webhook: secret is missing"));
        });
    }

    private static void requireLength(String field, @Nullable String text, int most) {
        if (text != null && text.length() > most) {
            throw FunctionRules.invalid(field + " may have at most " + most + " characters");
        }
    }

    private static void requireOneOf(String field, @Nullable String value, Set<String> allowed) {
        if (value != null && !allowed.contains(value)) {
            throw FunctionRules.invalid(field + " must be one of "
                    + String.join(", ", allowed.stream().sorted().toList()));
        }
    }

    /** Without code and variables, which are the app's secrets. */
    @Override
    public String toString() {
        return "Deployment[" + name + "]";
    }
}
