package dev.ghee.functions.invoke;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Limits of calls of functions. */
@ConfigMapping(prefix = "ghee.functions.invoke")
public interface InvokeConfig {
    /** Longest body of a call over HTTP, in bytes; more is 413. */
    @WithDefault("16777216")
    long maxBodyBytes();

    /** Longest answer to a call that is taken whole, such as one by {@code ctx.invoke}, in bytes. */
    @WithDefault("8388608")
    int maxWholeAnswerBytes();

    /** Most calls that may lead from one to the next, counted from a client's. */
    @WithDefault("4")
    int maxLoopDepth();
}
