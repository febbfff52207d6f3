package dev.ghee.control.kv;

import java.util.Comparator;
import java.util.List;

/**
 * An app's rules. The one with the longest literal beginning that covers a key decides; among equals the one with the
 * lower order. Keys without a rule are closed.
 *
 * @param version changes whenever the rules do
 * @param readAt {@link System#nanoTime()}
 */
record ExposeRules(List<ExposeRule> rules, String version, long readAt) {
    ExposeRules {
        rules = rules.stream()
                .sorted(Comparator.comparingInt(
                                (ExposeRule rule) -> -rule.pattern().literalLength())
                        .thenComparingInt(ExposeRule::order))
                .toList();
    }

    boolean allow(KvCaller.Guest guest, KvAccess access, String key) {
        for (ExposeRule rule : rules) {
            if (rule.pattern().covers(key)) {
                return rule.allows(guest, access, key);
            }
        }
        return false;
    }
}
