package dev.ghee.functions.binding;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/** What the host answers to functions' code. */
public sealed interface HostAnswer {
    /** Nothing to say but that it is done. */
    record Done() implements HostAnswer {}

    /** JSON text. */
    record Json(Buffer text) implements HostAnswer {}

    /**
     * What a function or an object answered, whatever its status.
     *
     * @param headers as it sent them
     */
    record Passed(int status, MultiMap headers, Buffer body) implements HostAnswer {}

    static HostAnswer done() {
        return new Done();
    }

    static HostAnswer json(String text) {
        return new Json(Buffer.buffer(text));
    }

    /** An answer that has nothing but a body of this type. */
    static HostAnswer passed(int status, String contentType, Buffer body) {
        return new Passed(status, MultiMap.caseInsensitiveMultiMap().add(HttpHeaders.CONTENT_TYPE, contentType), body);
    }
}
