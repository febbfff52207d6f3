package dev.ghee.control.kv;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvKey;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** What a path below {@code /v1/{app}/kv} stands for. */
sealed interface KvAddress {
    /** A key, or an operation on it; the operation is empty for the key itself. */
    record OfKey(KvKey key, String operation) implements KvAddress {}

    /** {@code _batch}, {@code _scan}, {@code _stats} or {@code _flush}. */
    record OfStore(String name) implements KvAddress {}

    record Rules() implements KvAddress {}

    record RuleOf(String pattern) implements KvAddress {}

    Set<String> OF_STORE = Set.of("_batch", "_scan", "_stats", "_flush");
    Set<String> READING = Set.of("ttl", "exists");
    Set<String> WRITING = Set.of("incr", "decr", "setnx", "cas", "expire");

    /**
     * Empty for a path that is not below {@code kv} at all. Fails with {@code KV_KEY_INVALID}.
     *
     * @param path as it was sent, still encoded
     */
    static Optional<KvAddress> parse(String path, String method) {
        int app = path.indexOf('/', "/v1/".length());
        String prefix = "/kv/";
        if (!path.startsWith("/v1/") || app < 0 || !path.startsWith(prefix, app)) {
            return Optional.empty();
        }
        String rest = path.substring(app + prefix.length());
        if (OF_STORE.contains(rest)) {
            return Optional.of(new OfStore(rest));
        }
        if (rest.equals("_expose")) {
            return Optional.of(new Rules());
        }
        if (rest.startsWith("_expose/")) {
            return Optional.of(new RuleOf(decoded(rest.substring("_expose/".length()))));
        }
        int last = rest.lastIndexOf('/');
        String operation = last > 0 ? rest.substring(last + 1) : "";
        boolean known = method.equals("GET") && READING.contains(operation)
                || method.equals("POST") && WRITING.contains(operation);
        return Optional.of(
                known
                        ? new OfKey(new KvKey(decoded(rest.substring(0, last))), operation)
                        : new OfKey(new KvKey(decoded(rest)), ""));
    }

    /** Percent-decoded, once. A plus sign stays one: this is a path. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] sent = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(sent.length);
        for (int i = 0; i < sent.length; i++) {
            if (sent[i] != '%') {
                bytes.put(sent[i]);
                continue;
            }
            int high = i + 2 < sent.length ? Character.digit(sent[i + 1], 16) : -1;
            int low = i + 2 < sent.length ? Character.digit(sent[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw invalid();
            }
            bytes.put((byte) (high * 16 + low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw invalid();
        }
    }

    private static GheeException invalid() {
        return new GheeException(ErrorCode.KV_KEY_INVALID, "The key is not percent-encoded UTF-8");
    }
}
