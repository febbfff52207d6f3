package dev.ghee.functions.function;

import dev.ghee.contracts.AppId;
import jakarta.enterprise.inject.spi.CDI;

/** For tests that put functions into an app's database by themselves. */
public final class ReadAgain {
    private ReadAgain() {}

    /** What this process remembers of the app's functions is read again when somebody next asks. */
    public static void functionsOf(AppId app) {
        CDI.current().select(FunctionDirectory.class).get().forget(app);
    }
}
