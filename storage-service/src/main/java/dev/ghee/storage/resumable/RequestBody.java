package dev.ghee.storage.resumable;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A request's body for code that waits. Only a few pieces are read ahead: a client that is faster than the object store
 * is held back by its own connection.
 */
final class RequestBody {
    private static final int PIECES_AHEAD = 16;

    private final HttpServerRequest request;
    private final Context context;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    private sealed interface Event {
        record Piece(Buffer bytes) implements Event {}

        record End() implements Event {}

        record Broken(String why) implements Event {}
    }

    /** No more bytes will come, and these were not all. */
    static final class BrokenException extends Exception {
        private static final long serialVersionUID = 1;

        BrokenException(String why) {
            super(why);
        }
    }

    /** On the request's event loop, before anything of the body was read. Reads nothing before {@link #begin}. */
    RequestBody(HttpServerRequest request, Context context) {
        this.request = request;
        this.context = context;
        request.handler(bytes -> events.add(new Event.Piece(bytes)));
        request.endHandler(_ -> events.add(new Event.End()));
        request.exceptionHandler(failure -> events.add(new Event.Broken("the connection broke")));
        request.pause();
    }

    /** On the request's event loop. */
    void begin() {
        request.fetch(PIECES_AHEAD);
    }

    /** Another request goes on with the upload: whoever reads this one hears so, from any thread. */
    void overtaken() {
        events.add(new Event.Broken("another request goes on with the upload"));
    }

    /** Waits for the next piece; empty at the end. */
    Optional<Buffer> next(Duration patience) throws BrokenException {
        Event event;
        try {
            event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenException("the service stops");
        }
        return switch (event) {
            case null -> throw new BrokenException("nothing came for " + patience.toSeconds() + " seconds");
            case Event.Broken(String why) -> throw new BrokenException(why);
            case Event.End() -> {
                // Whoever asks once more is told the same.
                events.add(event);
                yield Optional.empty();
            }
            case Event.Piece(Buffer bytes) -> {
                context.runOnContext(_ -> request.fetch(1));
                yield Optional.of(bytes);
            }
        };
    }
}
