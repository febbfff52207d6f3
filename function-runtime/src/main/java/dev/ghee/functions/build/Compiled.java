package dev.ghee.functions.build;

import java.util.List;

/** Modules that belong together. */
public record Compiled(String entry, List<CompiledModule> modules) {
    public Compiled {
        modules = List.copyOf(modules);
    }

    /** The module of the entry file. */
    public CompiledModule entryModule() {
        return modules.stream()
                .filter(module -> module.path().equals(entry))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return "Compiled[" + modules + "]";
    }
}
