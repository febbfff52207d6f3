package dev.ghee.kv;

import io.vertx.core.buffer.Buffer;

/** One of several operations that are sent together. */
public sealed interface KvOperation {
    KvKey key();

    record Get(KvKey key) implements KvOperation {}

    /** With the default lifetime. */
    record Set(KvKey key, Buffer value) implements KvOperation {}

    record Delete(KvKey key) implements KvOperation {}
}
