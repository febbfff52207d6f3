package dev.ghee.realtime.policy.compiler;

/** What became of the policies of a table for a role. */
public sealed interface Compilation {
    record Compiled(CompiledRule rule) implements Compilation {}

    /** @param reason what the policy uses that is not compiled, in words for its author */
    record Fallback(String reason) implements Compilation {}
}
