package dev.ghee.functions.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a function process runs: the dispatcher, which loads any function, and for functions that are called a lot a
 * worker and a socket each, which spares their calls the way through the dispatcher and half of the processor time.
 */
final class FunctionProgram {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** What can stand in a configuration without being escaped. */
    private static final Pattern MODULE_NAME = Pattern.compile("[A-Za-z0-9_./@-]{1,200}");

    /**
     * For many calls. What a call leaves behind is small to V8 and large outside of its heap, and only full collections
     * find it: without them a process that says hello grew by 250 MB. They cost less time than they save; but with other
     * flags than its own, workerd starts isolates a little slower.
     */
    private static final String BUSY_FLAGS = ", \"--gc-global\", \"--max-semi-space-size=16\"";

    private final String template;
    private final String dispatcher;
    private final int memoryMegabytes;

    FunctionProgram(EngineConfig config) {
        String network = OutboundNetwork.config(
                config.allowedNetworks().orElse(List.of()),
                config.refusedNetworks().orElse(List.of()));
        template = resource("functions.capnp")
                .replace("{heap}", Integer.toString(config.maxMemoryMegabytes()))
                .replace("{network}", network);
        dispatcher = resource("dispatcher.js");
        memoryMegabytes = config.maxMemoryMegabytes() + config.baseMemoryMegabytes();
    }

    private static String resource(String name) {
        try (InputStream in = FunctionProgram.class.getResourceAsStream("/engine/" + name)) {
            if (in == null) {
                throw new IllegalStateException("engine/" + name + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a function can have a worker of its own. */
    static boolean canBeDirect(FunctionCode code) {
        return code.modules().entrySet().stream()
                .allMatch(module -> MODULE_NAME.matcher(module.getKey()).matches()
                        && module.getValue().indexOf('\0') < 0);
    }

    /** Name of the socket of the function at a place in the list. */
    static String socket(int place) {
        return "f" + place + ".sock";
    }

    /** With a worker for each of these functions, all of which can be direct. */
    WorkerdProgram with(List<FunctionCode> direct) {
        Map<String, String> files = new HashMap<>(Map.of("dispatcher.js", dispatcher));
        var services = new StringBuilder();
        var sockets = new StringBuilder();
        for (int i = 0; i < direct.size(); i++) {
            services.append(service("f" + i, direct.get(i), files));
            sockets.append("(name = \"f%1$d\", address = \"unix:%2$s\", http = (), service = \"f%1$d\"),\n"
                    .formatted(i, socket(i)));
        }
        String text = template.replace("{flags}", direct.isEmpty() ? "" : BUSY_FLAGS)
                .replace("{services}", services)
                .replace("{sockets}", sockets);
        return new WorkerdProgram("functions", text, files, memoryMegabytes);
    }

    private static String service(String name, FunctionCode code, Map<String, String> files) {
        List<String> modules = new ArrayList<>();
        code.modules().forEach((module, source) -> {
            String file = name + "-" + modules.size() + ".js";
            files.put(file, source);
            String entry = "(name = \"" + module + "\", esModule = embed \"" + file + "\")";
            // The first one is the main module.
            modules.add(module.equals(code.mainModule()) ? 0 : modules.size(), entry);
        });
        files.put(name + "-env.json", json(code.env()));
        return """
                (name = "%1$s", worker = (
                  modules = [%2$s],
                  compatibilityDate = "2026-11-01",
                  compatibilityFlags = ["nodejs_compat", "disallow_importable_env"],
                  bindings = [(name = "HOST", service = "host"), (name = "ENV", json = embed "%1$s-env.json")],
                  globalOutbound = (name = "main", entrypoint = "Outbound"),
                )),
                """.formatted(name, String.join(", ", modules));
    }

    private static String json(Map<String, String> env) {
        try {
            return JSON.writeValueAsString(env);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts can be written as JSON", e);
        }
    }
}
