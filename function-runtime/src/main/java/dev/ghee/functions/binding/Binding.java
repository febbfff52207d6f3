package dev.ghee.functions.binding;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** Answers one family of the questions that functions' code asks of its host. Every bean of this type is asked. */
public interface Binding {
    /** First segment of the paths that it answers, such as {@code kv} for {@code /kv/get}. */
    String name();

    /** Longest body of a question, in bytes. */
    int maxBytes();

    /**
     * Answers a question of a call. Fails with a {@link dev.ghee.errors.GheeException} whose message the function's
     * code gets to see, or with a {@link BindingFailure}.
     *
     * @param path what follows the name, without a leading slash
     * @param request for its headers; its body has been read
     */
    Future<HostAnswer> answer(Invocation call, String path, HttpServerRequest request, Buffer body);
}
