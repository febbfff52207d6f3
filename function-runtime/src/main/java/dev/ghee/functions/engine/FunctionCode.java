package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import java.util.Map;

/**
 * Everything that a loaded function is made of. Loaded once per process and revision, so the revision has to change
 * whenever anything of it does, its environment included.
 *
 * @param revision letters, digits, {@code -} and {@code _}; at most 64 of them
 * @param mainModule name of the module whose default export is called; one of modules
 * @param modules compiled ES modules by name
 * @param env what the main module finds as {@code env.ENV}; secrets
 */
public record FunctionCode(
        AppId app,
        String function,
        String revision,
        String mainModule,
        Map<String, String> modules,
        Map<String, String> env) {
    public FunctionCode {
        modules = Map.copyOf(modules);
        env = Map.copyOf(env);
        if (!modules.containsKey(mainModule)) {
            throw new IllegalArgumentException("No module is named " + mainModule);
        }
    }

    /** Without code and environment, which are the app's secrets. */
    @Override
    public String toString() {
        return "FunctionCode[" + app + " " + function + "@" + revision + "]";
    }
}
