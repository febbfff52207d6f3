package dev.ghee.functions.build;

/**
 * Code that cannot be compiled, and where: its author's mistake. The message is fit for the author.
 */
public final class SourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final int line;
    private final int column;

    /**
     * A mistake at this place.
     *
     * @param path of the file
     * @param line from 1; 0 when the mistake has no place
     * @param column from 1; 0 when the mistake has no place
     */
    public SourceException(String path, int line, int column, String message) {
        // Authors' mistakes are no news, so there is no stack.
        super(message, null, false, false);
        this.path = path;
        this.line = line;
        this.column = column;
    }

    public String path() {
        return path;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }

    /** With its place, as in {@code Unexpected token (index.ts:3:5)}. */
    public String described() {
        String message = String.valueOf(getMessage());
        return line == 0 ? message : message + " (" + path + ":" + line + ":" + column + ")";
    }
}
