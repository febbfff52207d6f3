package dev.ghee.functions.engine;

import java.util.Map;

/**
 * What a workerd process runs.
 *
 * @param name for people: in logs and in the name of its directory; letters, digits and {@code -}
 * @param config text of its capnp configuration. It runs in its own directory, so {@code unix:http.sock} and
 *     {@code embed "main.js"} mean files there
 * @param files further files of its directory by name
 * @param memoryMegabytes most memory that it can get from the system beside what it has when it starts. A stop for
 *     what grows faster than it is watched: allocations beyond fail
 */
public record WorkerdProgram(String name, String config, Map<String, String> files, int memoryMegabytes) {
    public WorkerdProgram {
        files = Map.copyOf(files);
    }
}
