package dev.ghee.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The endpoints file: for every component its {@code url}, {@code pid} and {@code log}, nested by the dots in its name
 * ({@code postgres.us-east-1} is the member {@code us-east-1} of {@code postgres}). Readable by its owner alone,
 * because URLs carry credentials.
 */
public final class Endpoints {
    private static final String PID = "pid";
    private static final String LOG = "log";
    private static final String START_MARK = "startMark";

    private final Map<String, Entry> entries;

    /** A component's process and what clients need to connect to it. */
    public record Entry(OsProcess process, Map<String, String> endpoint) {
        public Entry {
            endpoint = Map.copyOf(endpoint);
        }

        /** The value under a key such as {@code url}. */
        public String get(String key) {
            String value = endpoint.get(key);
            if (value == null) {
                throw new IllegalArgumentException("no " + key + " in this endpoint");
            }
            return value;
        }
    }

    public Endpoints(Map<String, Entry> entries) {
        this.entries = new LinkedHashMap<>(entries);
    }

    public Optional<Entry> find(String component) {
        return Optional.ofNullable(entries.get(component));
    }

    /** Fails with a {@link StackException} when the stack has no such component. */
    public Entry get(String component) {
        return find(component).orElseThrow(() -> new StackException(component, "is not in the endpoints file"));
    }

    public Map<String, Entry> asMap() {
        return Map.copyOf(entries);
    }

    /** A copy with this component added or replaced. */
    public Endpoints with(String component, Entry entry) {
        Map<String, Entry> all = new LinkedHashMap<>(entries);
        all.put(component, entry);
        return new Endpoints(all);
    }

    public void write(Path file) {
        StackHome.writeJson(file, toJson());
    }

    public JsonNode toJson() {
        ObjectNode root = StackHome.JSON.createObjectNode();
        entries.forEach((component, entry) -> {
            ObjectNode node = root;
            for (String part : component.split("\\.")) {
                node = node.withObjectProperty(part);
            }
            entry.endpoint().forEach(node::put);
            node.put(PID, entry.process().pid());
            node.put(START_MARK, entry.process().startMark());
            node.put(LOG, entry.process().log().toString());
        });
        return root;
    }

    /** No entries when the file is missing; a damaged one counts as missing too, so a start can go on. */
    public static Endpoints read(Path file) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        if (Files.exists(file)) {
            try {
                collect(StackHome.JSON.readTree(file.toFile()), new ArrayList<>(), entries);
            } catch (IOException e) {
                return new Endpoints(Map.of());
            }
        }
        return new Endpoints(entries);
    }

    private static void collect(JsonNode node, List<String> path, Map<String, Entry> into) {
        if (node.has(PID)) {
            Map<String, String> endpoint = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (!List.of(PID, LOG, START_MARK).contains(field.getKey())) {
                    endpoint.put(field.getKey(), field.getValue().asText());
                }
            }
            OsProcess process = new OsProcess(
                    node.get(PID).asLong(),
                    node.path(START_MARK).asText(),
                    Path.of(node.path(LOG).asText()));
            into.put(String.join(".", path), new Entry(process, endpoint));
            return;
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            List<String> below = new ArrayList<>(path);
            below.add(field.getKey());
            collect(field.getValue(), below, into);
        }
    }
}
