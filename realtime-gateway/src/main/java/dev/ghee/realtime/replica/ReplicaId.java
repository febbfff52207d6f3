package dev.ghee.realtime.replica;

import java.security.SecureRandom;
import java.util.HexFormat;

/** One process of this service, from its start to its end. Ordered, so that all replicas agree who is the first. */
public record ReplicaId(String value) implements Comparable<ReplicaId> {
    private static final int BYTES = 8;
    private static final int MAX_LENGTH = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Fails with {@link IllegalArgumentException} on an empty or long text. */
    public ReplicaId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("Not a replica id");
        }
    }

    static ReplicaId random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new ReplicaId(HexFormat.of().formatHex(bytes));
    }

    @Override
    public int compareTo(ReplicaId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
