package dev.ghee.functions.binding;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** A failure that functions' code gets as an error with these members. */
public final class BindingFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Problem problem;

    /**
     * Members of the error.
     *
     * @param name such as {@code DatabaseError}
     * @param code a SQLSTATE, or a code of the platform
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Problem(
            String name,
            String code,
            String message,
            @Nullable String detail,
            @Nullable String hint,
            @Nullable String table,
            @Nullable String column,
            @Nullable String constraint) {
        public Problem(String name, String code, String message) {
            this(name, code, message, null, null, null, null, null);
        }
    }

    public BindingFailure(int status, Problem problem) {
        super(problem.message(), null, false, false);
        this.status = status;
        this.problem = problem;
    }

    int status() {
        return status;
    }

    Problem problem() {
        return problem;
    }
}
