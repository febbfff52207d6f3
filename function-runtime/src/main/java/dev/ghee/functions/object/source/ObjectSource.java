package dev.ghee.functions.object.source;

/**
 * A class that was compiled.
 *
 * @param className under which the module exports it
 * @param module JavaScript
 */
public record ObjectSource(String className, String module) {
    /** Without code, which is the app's secret. */
    @Override
    public String toString() {
        return "ObjectSource[" + className + "]";
    }
}
