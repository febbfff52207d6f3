package dev.ghee.realtime.filter;

import java.util.ArrayList;
import java.util.List;

/** Conditions on a row as a client wrote them, not yet tied to a table's columns. */
public sealed interface Where {
    /** All of these hold; without any, every row passes. */
    record And(List<Where> terms) implements Where {
        public And {
            terms = List.copyOf(terms);
        }
    }

    /** At least one of these holds. */
    record Or(List<Where> terms) implements Where {
        public Or {
            terms = List.copyOf(terms);
        }
    }

    /**
     * One column's condition.
     *
     * @param values one, or for {@code in} any number
     */
    record Condition(String column, Operator operator, List<String> values) implements Where {
        public Condition {
            values = List.copyOf(values);
        }
    }

    /** Every condition in it. */
    default List<Condition> conditions() {
        List<Condition> all = new ArrayList<>();
        collect(all);
        return all;
    }

    private void collect(List<Condition> all) {
        switch (this) {
            case And(List<Where> terms) -> terms.forEach(term -> term.collect(all));
            case Or(List<Where> terms) -> terms.forEach(term -> term.collect(all));
            case Condition condition -> all.add(condition);
        }
    }
}
