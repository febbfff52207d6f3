package dev.ghee.functions.object.run;

import dev.ghee.contracts.AppId;
import dev.ghee.functions.engine.OutboundNetwork;
import dev.ghee.functions.engine.WorkerdProgram;
import dev.ghee.functions.object.run.Definition.Served;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an app's process runs: its configuration, the router, and each class as a module of its own, since two classes
 * may have the same name in their sources.
 */
final class ObjectProgram {
    static final String SOCKET = "http";

    private static final String COMPATIBILITY_DATE = "2026-11-01";
    private static final String ROUTER = resource("router.js");
    private static final String PLATFORM = resource("butterbase.js");

    private final Definition definition;
    private final List<Served> classes;
    private final String network;
    private final int memoryMegabytes;

    /** @param network what objects may connect to, as {@link OutboundNetwork} writes it */
    ObjectProgram(Definition definition, String network, int memoryMegabytes) {
        this.definition = definition;
        this.network = network;
        this.memoryMegabytes = memoryMegabytes;
        this.classes = definition.classes().values().stream()
                .sorted(Comparator.comparing(Served::name))
                .toList();
    }

    /** For a process that keeps what its objects store, in this directory. */
    WorkerdProgram storingIn(AppId app, Path directory) {
        return program(
                app,
                "localDisk = \"disk\"",
                ",\n    (name = \"disk\", disk = (path = %s, writable = true))".formatted(text(directory.toString())));
    }

    /** For one that is only to show whether the classes load. */
    WorkerdProgram inMemory(AppId app) {
        return program(app, "inMemory = void", "");
    }

    private WorkerdProgram program(AppId app, String storage, String moreServices) {
        Map<String, String> files = new HashMap<>();
        files.put("router.js", ROUTER);
        files.put("butterbase.js", PLATFORM);
        files.put("main.js", main());
        classes.forEach(one -> files.put(file(one), one.code().module()));
        return new WorkerdProgram(
                "do-" + app.value().substring(4), capnp(storage, moreServices), files, memoryMegabytes);
    }

    private static String file(Served one) {
        return "class-" + one.name() + ".js";
    }

    private String main() {
        var text = new StringBuilder("import \"./butterbase.js\";\n");
        for (Served one : classes) {
            text.append(
                    "export { %s as %s } from \"./%s\";\n".formatted(one.code().className(), one.binding(), file(one)));
        }
        return text.append("export default {};\n").toString();
    }

    private String capnp(String storage, String moreServices) {
        List<String> modules = new ArrayList<>(List.of(module("main.js"), module("butterbase.js")));
        List<String> namespaces = new ArrayList<>();
        List<String> own = new ArrayList<>();
        List<String> remote = new ArrayList<>();
        for (Served one : classes) {
            String binding = text(one.binding());
            modules.add(module(file(one)));
            namespaces.add("(className = %s, uniqueKey = %s, enableSql = true)"
                    .formatted(binding, text(one.id().toString())));
            own.add("(name = %s, durableObjectNamespace = %s)".formatted(binding, binding));
            remote.add("(name = %s, durableObjectNamespace = (className = %s, serviceName = \"objects\"))"
                    .formatted(binding, binding));
        }
        definition
                .variables()
                .forEach((key, value) -> own.add("(name = %s, text = %s)".formatted(text(key), text(value))));
        return """
                using Workerd = import "/workerd/workerd.capnp";
                const config :Workerd.Config = (
                  services = [
                    (name = "router", worker = (
                      modules = [%s], compatibilityDate = "%s", bindings = [%s])),
                    (name = "objects", worker = (
                      modules = [%s], compatibilityDate = "%s", globalOutbound = "internet",
                      durableObjectNamespaces = [%s], durableObjectStorage = (%s), bindings = [%s])),
                    (name = "internet", network = %s)%s
                  ],
                  sockets = [(name = "http", address = "unix:%s", service = "router",
                    http = (forwardedProtoHeader = "x-forwarded-proto"))]
                );
                """.formatted(
                        module("router.js"),
                        COMPATIBILITY_DATE,
                        String.join(", ", remote),
                        String.join(", ", modules),
                        COMPATIBILITY_DATE,
                        String.join(", ", namespaces),
                        storage,
                        String.join(", ", own),
                        network,
                        moreServices,
                        SOCKET);
    }

    private static String module(String file) {
        return "(name = \"%s\", esModule = embed \"%s\")".formatted(file, file);
    }

    /** A Cap'n Proto text literal. */
    static String text(String value) {
        var literal = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                literal.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                literal.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                literal.append(c);
            }
        }
        return literal.append('"').toString();
    }

    private static String resource(String name) {
        try (InputStream in = ObjectProgram.class.getResourceAsStream("/durable-objects/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the application");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
