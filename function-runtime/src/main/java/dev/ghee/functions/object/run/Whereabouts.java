package dev.ghee.functions.object.run;

/** Where an app's objects are. */
public sealed interface Whereabouts {
    /** They run on this node. */
    record Here(RunningObjects objects) implements Whereabouts {}

    /** Another node has them; that is its address. */
    record Elsewhere(String address) implements Whereabouts {}

    /** The app has no class that could run. */
    record Nowhere() implements Whereabouts {}
}
