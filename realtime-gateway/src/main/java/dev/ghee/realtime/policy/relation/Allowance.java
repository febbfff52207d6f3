package dev.ghee.realtime.policy.relation;

/** How much an app's relations may still grow. */
record Allowance(long rows, long bytes) {
    boolean allows(HeldRelation relation) {
        return relation.rows() <= rows && relation.bytes() <= bytes;
    }
}
