package dev.ghee.kv;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.redis.client.Response;
import java.util.Map;

/** What the script's answers mean; the numbers are those of {@code store.lua}. */
final class Verdicts {
    private static final int OK = 0;
    private static final int MISS = 1;

    private Verdicts() {}

    static boolean isMiss(Response answer) {
        return answer.get(0).toInteger() == MISS;
    }

    /** Returns normally when the operation was done, or there was no such key. */
    static void require(Response answer, KvLimits limits) {
        switch (answer.get(0).toInteger()) {
            case OK, MISS -> {}
            case 2 -> {
                long seconds = Math.max(1, (answer.get(1).toLong() + 999) / 1000);
                throw new GheeException(
                                ErrorCode.KV_RATE_LIMITED,
                                "The app may do " + limits.opsPerSecond() + " operations per second")
                        .withDetails(Map.of("retry_after", seconds))
                        .withHeader("Retry-After", Long.toString(seconds));
            }
            case 3 ->
                throw new GheeException(ErrorCode.KV_KEYS_EXHAUSTED, "The app has as many keys as it may")
                        .withDetails(Map.of("keys", answer.get(1).toLong(), "cap", limits.keys()));
            case 4 ->
                throw new GheeException(ErrorCode.KV_STORAGE_FULL, "The app's keys and values take all their room")
                        .withDetails(Map.of("used_bytes", answer.get(1).toLong(), "cap_bytes", limits.storageBytes()));
            case 5 -> throw new GheeException(ErrorCode.KV_WRONG_TYPE, "The key holds another kind of value");
            case 6 ->
                throw new GheeException(
                        ErrorCode.KV_WRONG_TYPE, "The value is no integer, or would exceed 9007199254740991");
            case 7 -> throw new StaleRulesException();
            case 8 -> throw tooLarge(answer.get(1).toLong(), limits);
            default -> throw new IllegalStateException("Unknown answer of store.lua");
        }
    }

    static GheeException tooLarge(long bytes, KvLimits limits) {
        return new GheeException(ErrorCode.KV_VALUE_TOO_LARGE, "A value has at most " + limits.valueBytes() + " bytes")
                .withDetails(Map.of("size", bytes, "max", limits.valueBytes()));
    }
}
