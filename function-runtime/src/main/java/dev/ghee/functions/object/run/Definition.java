package dev.ghee.functions.object.run;

import dev.ghee.functions.object.store.AccessMode;
import dev.ghee.functions.object.store.ObjectClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Everything that an app's process is made of.
 *
 * @param classes those that run, by the name in URLs
 * @param variables secrets
 */
public record Definition(Map<String, Served> classes, Map<String, String> variables) {
    public Definition {
        classes = Map.copyOf(classes);
        variables = Map.copyOf(variables);
    }

    /**
     * A class as it runs.
     *
     * @param binding its name in {@code env}
     */
    public record Served(UUID id, String name, String binding, AccessMode access, ObjectClass.Running code) {}

    /** Of all deployed classes; those that never loaded do not run. */
    public static Definition of(List<ObjectClass> deployed, Map<String, String> variables) {
        Map<String, Served> classes = new LinkedHashMap<>();
        for (ObjectClass one : deployed) {
            ObjectClass.Running code = one.running();
            if (code != null) {
                String name = one.name().value();
                classes.put(name, new Served(one.id(), name, one.name().binding(), one.accessMode(), code));
            }
        }
        return new Definition(classes, variables);
    }

    /** Without values and code, which are the app's secrets. */
    @Override
    public String toString() {
        return "Definition" + classes.keySet().stream().sorted().collect(Collectors.toList());
    }
}
