package dev.ghee.realtime.policy.compiler;

/** What Postgres answers with an error, or what cannot be evaluated here after all; whoever it is about is denied. */
final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationException(String reason) {
        super(reason, null, false, false);
    }
}
