package dev.ghee.realtime.policy.relation;

import dev.ghee.realtime.change.TransactionPart;
import java.util.Collection;
import java.util.Optional;

/** Keeps none: for those who judge the past, to whom the present rows say nothing. The database is asked. */
public record NoRelations() implements Relations {
    @Override
    public void need(Collection<RelationNeed> needs) {
        // Nothing is kept.
    }

    @Override
    public Optional<Relation> current(int tableOid) {
        return Optional.empty();
    }

    @Override
    public Optional<String> refusal(int tableOid) {
        return Optional.empty();
    }

    @Override
    public boolean concerns(TransactionPart part) {
        return false;
    }

    @Override
    public void observe(TransactionPart part) {
        // Nothing is kept.
    }

    @Override
    public void reset() {
        // Nothing is kept.
    }

    @Override
    public void close() {
        // Nothing is kept.
    }
}
