package dev.ghee.functions.function;

import dev.ghee.functions.wrapper.Wrapper;

/** How a function's own modules are named in its isolate. */
final class Modules {
    /** Where all of them lie. */
    static final String FOLDER = "source/";

    private Modules() {}

    /** The module that our wrapper calls: the entry under the name that it knows. */
    static String entry(String module, boolean hasDefault) {
        String from = " from \"./" + FOLDER + module + "\";\n";
        return "export *" + from + (hasDefault ? "export { default }" + from : "");
    }

    static String entryName() {
        return Wrapper.FUNCTION_MODULE;
    }
}
