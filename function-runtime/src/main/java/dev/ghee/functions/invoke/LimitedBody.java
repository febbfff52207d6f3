package dev.ghee.functions.invoke;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A request's body, as it comes, that fails when it grows too long. */
final class LimitedBody implements ReadStream<Buffer> {
    private final ReadStream<Buffer> body;
    private final long maxBytes;
    private long bytes;
    private boolean failed;
    private @Nullable Handler<Throwable> onFailure;

    LimitedBody(ReadStream<Buffer> body, long maxBytes) {
        this.body = body;
        this.maxBytes = maxBytes;
    }

    /** Whether it was too long; the call then failed for that reason, whatever it says. */
    boolean tooLong() {
        return failed;
    }

    static GheeException refusal(long maxBytes) {
        return new GheeException(ErrorCode.REQUEST_ERROR, "The request body is longer than " + maxBytes + " bytes")
                .withStatus(413);
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        onFailure = handler;
        body.exceptionHandler(handler);
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
        body.handler(handler == null ? null : part -> take(part, handler));
        return this;
    }

    private void take(Buffer part, Handler<Buffer> handler) {
        bytes += part.length();
        if (failed) {
            return;
        }
        if (bytes <= maxBytes) {
            handler.handle(part);
            return;
        }
        failed = true;
        Handler<Throwable> listener = onFailure;
        if (listener != null) {
            listener.handle(refusal(maxBytes));
        }
    }

    @Override
    public ReadStream<Buffer> pause() {
        body.pause();
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        body.resume();
        return this;
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        body.fetch(amount);
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
        body.endHandler(handler);
        return this;
    }
}
