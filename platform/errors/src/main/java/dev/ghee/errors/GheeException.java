package dev.ghee.errors;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one exception that becomes an answer. Its message goes to the client: no SQL, hosts, stack traces or other
 * tenants' names in it.
 */
public final class GheeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int httpStatus;
    private final transient @Nullable Object details;
    private final transient Map<String, String> headers;

    public GheeException(ErrorCode code, String message) {
        this(code, code.httpStatus(), message, null, Map.of(), null);
    }

    public GheeException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, code.httpStatus(), message, null, Map.of(), cause);
    }

    private GheeException(
            ErrorCode code,
            int httpStatus,
            String message,
            @Nullable Object details,
            Map<String, String> headers,
            @Nullable Throwable cause) {
        // Callers' mistakes are no news: a stack trace for each would let them burn our CPU.
        super(message, cause, true, code.fault() != ErrorCode.Fault.CALLER);
        this.code = code;
        this.httpStatus = httpStatus;
        this.details = details;
        this.headers = headers;
    }

    /** The same error with details: anything Jackson can write. */
    public GheeException withDetails(Object newDetails) {
        return new GheeException(code, httpStatus, message(), newDetails, headers, getCause());
    }

    /** The same error with another HTTP status, where the contract makes an exception. */
    public GheeException withStatus(int newStatus) {
        return new GheeException(code, newStatus, message(), details, headers, getCause());
    }

    /** The same error with a response header, such as {@code Retry-After}. */
    public GheeException withHeader(String name, String value) {
        var more = new java.util.HashMap<>(headers);
        more.put(name, value);
        return new GheeException(code, httpStatus, message(), details, Map.copyOf(more), getCause());
    }

    public ErrorCode code() {
        return code;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public String message() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }

    public @Nullable Object details() {
        return details;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
