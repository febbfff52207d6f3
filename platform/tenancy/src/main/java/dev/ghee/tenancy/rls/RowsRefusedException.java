package dev.ghee.tenancy.rls;

/** A {@link AppStatement.RowSink} had enough. Its connection is given up, because the server goes on sending. */
public final class RowsRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RowsRefusedException() {
        super("The rows were refused", null, false, false);
    }
}
