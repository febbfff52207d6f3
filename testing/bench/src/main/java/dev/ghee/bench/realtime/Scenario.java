package dev.ghee.bench.realtime;

/** One question, with an app or two of its own. */
interface Scenario {
    /** As in {@code ./ghee bench realtime <name>}. */
    String name();

    /** Prints its figures as it goes, and gives the run those that must hold. */
    void run(Run run) throws Exception;
}
