package dev.ghee.realtime.slot;

/** A live table has a column whose binary form is not understood: open the stream again with {@link ValueForm#TEXT}. */
public final class TextNeededException extends Exception {
    private static final long serialVersionUID = 1L;

    TextNeededException(String table, String type) {
        super("table=" + table + " type=" + type);
    }
}
