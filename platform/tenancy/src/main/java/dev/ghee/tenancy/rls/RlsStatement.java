package dev.ghee.tenancy.rls;

import java.util.EnumMap;
import java.util.Map;

/**
 * A statement that runs under a request's role. Make it once and keep it: a server-side plan belongs to one role, so
 * each role gets its own text and Postgres need not plan anew when a connection changes hands.
 */
public final class RlsStatement {
    private final Map<DbRole, String> textByRole = new EnumMap<>(DbRole.class);
    private final Effect effect;

    /** Whether a statement may be sent again after its connection broke. */
    public enum Effect {
        /** Changes nothing. */
        READS,
        /** May have committed before its connection broke. */
        WRITES
    }

    private RlsStatement(String sql, Effect effect) {
        for (DbRole role : DbRole.values()) {
            textByRole.put(role, sql + " /* " + role.roleName() + " */");
        }
        this.effect = effect;
    }

    public static RlsStatement reads(String sql) {
        return new RlsStatement(sql, Effect.READS);
    }

    public static RlsStatement writes(String sql) {
        return new RlsStatement(sql, Effect.WRITES);
    }

    String textFor(DbRole role) {
        return textByRole.getOrDefault(role, "");
    }

    Effect effect() {
        return effect;
    }

    @Override
    public String toString() {
        return textFor(DbRole.USER);
    }
}
