package dev.ghee.functions.build;

import java.util.List;

/**
 * An ES module, ready to run.
 *
 * @param name of the module: the file's path with the ending {@code .js}
 * @param path of the file that it was made of
 * @param source in JavaScript
 * @param sourceMap as JSON; its source is the file's path
 * @param imports what it imports from outside of the sources, at run time
 * @param exports what it exports, in order
 */
public record CompiledModule(
        String name, String path, String source, String sourceMap, List<Import> imports, List<Export> exports) {
    public CompiledModule {
        imports = List.copyOf(imports);
        exports = List.copyOf(exports);
    }

    /**
     * An import that is left to the runtime: of a name such as {@code node:crypto}.
     *
     * @param line in the file, from 1
     * @param column in the file, from 1
     */
    public record Import(String specifier, int line, int column) {}

    /**
     * Something that a module exports.
     *
     * @param name {@code default} for the default export; {@code *} when another module decides
     * @param local name within the module; empty when it has none
     */
    public record Export(String name, String local, Kind kind, int line, int column) {}

    /** What is exported. */
    public enum Kind {
        CLASS,
        FUNCTION,
        /** A variable, an expression, or something of another module. */
        OTHER
    }

    /** Whether it exports this name, or may. */
    public boolean exports(String wanted) {
        return exports.stream()
                .anyMatch(export ->
                        export.name().equals(wanted) || (export.name().equals("*") && !wanted.equals("default")));
    }

    /** Without code, which is the app's secret. */
    @Override
    public String toString() {
        return "CompiledModule[" + name + "]";
    }
}
