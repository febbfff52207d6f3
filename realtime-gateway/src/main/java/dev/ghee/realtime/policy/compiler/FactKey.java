package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.subscription.Viewer;
import dev.ghee.realtime.subscription.ViewerKey;
import org.jspecify.annotations.Nullable;

/** Finds viewers by something that a rule computes of them, in the form that a column with the same value has. */
record FactKey(Node fact) implements ViewerKey {

    /** The shared key where there is one, so that its index is made once. */
    static ViewerKey of(Node fact) {
        return fact instanceof Settings.CurrentUserId ? new ViewerKey.Subject() : new FactKey(fact);
    }

    @Override
    public @Nullable String of(Viewer viewer) {
        var scope = new Scope();
        scope.viewer = new ViewerClaims(viewer);
        try {
            Object value = fact.value(scope);
            return value == null || value == ViewerClaims.OPAQUE ? null : text(value);
        } catch (EvaluationException e) {
            // Denied anyway.
            return null;
        }
    }

    /** The canonical text of a value of a type that has one per value. */
    static String text(Object value) {
        if (value == ViewerClaims.OPAQUE) {
            throw new EvaluationException("the text of a JSON value");
        }
        return value.toString();
    }
}
