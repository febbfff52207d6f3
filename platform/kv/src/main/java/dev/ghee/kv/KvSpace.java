package dev.ghee.kv;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One app's keys and values. Every operation is atomic and counts once against the app's operations per second; each
 * fails with {@code KV_RATE_LIMITED} or {@code KV_UNAVAILABLE}, those that store also with {@code KV_KEYS_EXHAUSTED},
 * {@code KV_STORAGE_FULL} or {@code KV_VALUE_TOO_LARGE}, and with {@code KV_WRONG_TYPE} where the key holds something
 * else. Lifetimes are of whole milliseconds; null stands for no end. Values are compact JSON, see {@link KvJson}.
 */
public final class KvSpace {
    /** The version of the rules of an app that never had any. */
    public static final String NO_RULES = "none";

    /** Whoever loses this often against others writing the same key is told that the value was not what it expected. */
    private static final int CAS_ATTEMPTS = 8;

    private static final String CURSOR_MARK = "k";
    private static final int FLUSH_STEP = 1000;
    /** Of hashes and sets, in one call: more would not fit on the stack of Valkey's interpreter. */
    private static final int MAX_MEMBERS = 1000;

    private final StoreScript script;
    private final AppId app;
    private final KvLimits limits;
    private final Duration defaultTtl;
    private final String rules;

    KvSpace(StoreScript script, AppId app, KvLimits limits, Duration defaultTtl, String rules) {
        this.script = script;
        this.app = app;
        this.limits = limits;
        this.defaultTtl = defaultTtl;
        this.rules = rules;
    }

    /** The same without a limit of operations per second; they are counted all the same. */
    public KvSpace withoutRate() {
        return new KvSpace(script, app, limits.withoutRate(), defaultTtl, rules);
    }

    /** The same for a caller who was let in by this version of the rules: {@link StaleRulesException} when it changed. */
    public KvSpace underRules(String version) {
        return new KvSpace(script, app, limits, defaultTtl, version);
    }

    /** @param touch whether the key's lifetime begins anew */
    public Future<Optional<Buffer>> get(KvKey key, boolean touch) {
        return run("get", key.text(), touch ? "1" : "0")
                .map(answer -> Verdicts.isMiss(answer)
                        ? Optional.empty()
                        : Optional.of(answer.get(1).toBuffer()));
    }

    public Future<Void> set(KvKey key, Buffer value, @Nullable Duration ttl) {
        return ifItFits(value, () -> run("set", key.text(), value, millis(ttl)).mapEmpty());
    }

    /** Whether the key was free and is now set. */
    public Future<Boolean> setIfAbsent(KvKey key, Buffer value, @Nullable Duration ttl) {
        return ifItFits(
                value, () -> run("setnx", key.text(), value, millis(ttl)).map(KvSpace::isOne));
    }

    /** Whether there was such a key. */
    public Future<Boolean> delete(KvKey key) {
        return run("del", key.text()).map(KvSpace::isOne);
    }

    public Future<Boolean> exists(KvKey key) {
        return run("exists", key.text()).map(KvSpace::isOne);
    }

    /** How long the key will last. */
    public sealed interface Life {
        record NoKey() implements Life {}

        record Unlimited() implements Life {}

        record Left(Duration left) implements Life {}
    }

    public Future<Life> life(KvKey key) {
        return run("ttl", key.text()).map(answer -> {
            if (Verdicts.isMiss(answer)) {
                return new Life.NoKey();
            }
            long millis = answer.get(1).toLong();
            return millis < 0 ? new Life.Unlimited() : new Life.Left(Duration.ofMillis(millis));
        });
    }

    /** Whether there is such a key, which now lasts this long. */
    public Future<Boolean> expire(KvKey key, @Nullable Duration ttl) {
        return run("expire", key.text(), millis(ttl)).map(KvSpace::isOne);
    }

    /**
     * The sum. A new key begins at 0 and has the default lifetime; one that is there keeps its own. Fails with
     * {@code KV_WRONG_TYPE} when the value is no integer, or the sum none that JavaScript can hold exactly.
     */
    public Future<Long> add(KvKey key, long by) {
        return run("incr", key.text(), Long.toString(by), millis(defaultTtl))
                .map(answer -> answer.get(1).toLong());
    }

    /** Whether the key held what was expected and now holds the next value, without end. */
    public Future<Boolean> compareAndSet(KvKey key, Buffer expected, Buffer next) {
        return ifItFits(next, () -> compareAndSet(key, expected, expected, next, CAS_ATTEMPTS));
    }

    /** @param bytes how the expected value was spelled when it was last seen */
    private Future<Boolean> compareAndSet(KvKey key, Buffer expected, Buffer bytes, Buffer next, int attempts) {
        return run("cas", key.text(), bytes, next).compose(answer -> {
            if (Verdicts.isMiss(answer)) {
                return Future.succeededFuture(false);
            }
            if (isOne(answer)) {
                return Future.succeededFuture(true);
            }
            Buffer found = answer.get(2).toBuffer();
            return attempts > 1 && KvJson.same(expected, found)
                    ? compareAndSet(key, expected, found, next, attempts - 1)
                    : Future.succeededFuture(false);
        });
    }

    /** All of them at once, in order, each counted; what one is refused does not keep the others from being done. */
    public Future<List<KvOutcome>> batch(List<KvOperation> operations) {
        var arguments = new ArrayList<Object>(1 + 3 * operations.size());
        arguments.add(millis(defaultTtl));
        for (KvOperation operation : operations) {
            switch (operation) {
                case KvOperation.Get get ->
                    arguments.addAll(List.of("get", get.key().text(), ""));
                case KvOperation.Delete del ->
                    arguments.addAll(List.of("del", del.key().text(), ""));
                case KvOperation.Set set -> {
                    if (set.value().length() > limits.valueBytes()) {
                        return Future.failedFuture(Verdicts.tooLarge(set.value().length(), limits));
                    }
                    arguments.addAll(List.of("set", set.key().text(), set.value()));
                }
            }
        }
        return run("batch", arguments).map(answer -> {
            Response answers = answer.get(1);
            var outcomes = new ArrayList<KvOutcome>(operations.size());
            for (int i = 0; i < operations.size(); i++) {
                outcomes.add(outcome(operations.get(i), answers.get(i)));
            }
            return outcomes;
        });
    }

    private KvOutcome outcome(KvOperation operation, Response answer) {
        try {
            Verdicts.require(answer, limits);
        } catch (GheeException e) {
            return new KvOutcome.Refused(e);
        }
        return switch (operation) {
            case KvOperation.Get _ ->
                Verdicts.isMiss(answer)
                        ? new KvOutcome.Missing()
                        : new KvOutcome.Found(answer.get(1).toBuffer());
            case KvOperation.Set _ -> new KvOutcome.Stored();
            case KvOperation.Delete _ -> new KvOutcome.Deleted(isOne(answer));
        };
    }

    /**
     * Keys that begin with the prefix, in the order of their bytes. Fails with {@code VALIDATION_INVALID_INPUT} for a
     * cursor that this store did not make.
     *
     * @param limit most keys; pages may be shorter
     */
    public Future<KvPage> scan(String prefix, String cursor, int limit) {
        String from;
        try {
            from = cursor.equals(KvPage.END) ? prefix.isEmpty() ? "-" : "[" + prefix : "(" + after(cursor, prefix);
        } catch (GheeException e) {
            return Future.failedFuture(e);
        }
        return run("scan", from, prefix, Integer.toString(limit)).map(answer -> {
            String last = answer.get(1).toString();
            var keys = new ArrayList<String>(answer.size());
            for (int i = 2; i < answer.size(); i++) {
                keys.add(answer.get(i).toString());
            }
            return new KvPage(keys, last.isEmpty() ? KvPage.END : cursor(last));
        });
    }

    private static String cursor(String last) {
        return CURSOR_MARK
                + Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    private static String after(String cursor, String prefix) {
        try {
            if (cursor.startsWith(CURSOR_MARK)) {
                String last =
                        new String(Base64.getUrlDecoder().decode(cursor.substring(1)), StandardCharsets.ISO_8859_1);
                if (last.startsWith(prefix)) {
                    return new KvKey(last).text();
                }
            }
        } catch (IllegalArgumentException | GheeException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "No such cursor", e);
        }
        throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The cursor is of another prefix");
    }

    public Future<KvStats> stats() {
        return run("stats")
                .map(answer -> new KvStats(
                        answer.get(1).toLong(),
                        answer.get(2).toLong(),
                        answer.get(3).toLong(),
                        limits));
    }

    /** Deletes everything, step by step so that nobody else waits, and says how many keys that were. */
    public Future<Long> flush() {
        return flush(0);
    }

    private Future<Long> flush(long before) {
        return run("flush", Integer.toString(FLUSH_STEP)).compose(answer -> {
            long deleted = answer.get(1).toLong();
            return deleted < FLUSH_STEP ? Future.succeededFuture(before + deleted) : flush(before + deleted);
        });
    }

    /** Forgets what is noted of keys that have ended; how many of them, at most {@code most}. */
    public Future<Long> sweep(int most) {
        return run("sweep", Integer.toString(most)).map(answer -> answer.get(1).toLong());
    }

    /** Version of the app's rules; {@link #NO_RULES} before there were any. */
    public Future<String> rulesVersion() {
        return run("version").map(answer -> answer.get(1).toString());
    }

    /** From now on whoever was let in by another version meets {@link StaleRulesException}. */
    public Future<Void> renewRules(String version) {
        return run("renew", version).mapEmpty();
    }

    /** Merges fields into a hash, which is made, or takes the place of what is no hash. How many were sent. */
    public Future<Integer> hashPut(KvKey key, Map<String, Buffer> fields) {
        if (isTooMany(fields.size())) {
            return tooMany();
        }
        var arguments = new ArrayList<Object>();
        arguments.add(key.text());
        arguments.add(millis(defaultTtl));
        fields.forEach((name, value) -> {
            arguments.add(name);
            arguments.add(value);
        });
        return run("hset", arguments).map(answer -> answer.get(1).toInteger());
    }

    public Future<Optional<Map<String, Buffer>>> hash(KvKey key) {
        return run("hgetall", key.text()).map(answer -> {
            if (Verdicts.isMiss(answer)) {
                return Optional.empty();
            }
            Response pairs = answer.get(1);
            var fields = new LinkedHashMap<String, Buffer>();
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                fields.put(pairs.get(i).toString(), pairs.get(i + 1).toBuffer());
            }
            return Optional.of(fields);
        });
    }

    /** Adds members to a set, which is made, or takes the place of what is no set. How many were new. */
    public Future<Integer> setAdd(KvKey key, Collection<String> members) {
        if (isTooMany(members.size())) {
            return tooMany();
        }
        var arguments = new ArrayList<Object>();
        arguments.add(key.text());
        arguments.add(millis(defaultTtl));
        arguments.addAll(members);
        return run("sadd", arguments).map(answer -> answer.get(1).toInteger());
    }

    public Future<Optional<List<String>>> setMembers(KvKey key) {
        return run("smembers", key.text())
                .map(answer -> Verdicts.isMiss(answer)
                        ? Optional.empty()
                        : Optional.of(
                                answer.get(1).stream().map(Response::toString).toList()));
    }

    /** How many were members. A set without members is no more. */
    public Future<Integer> setRemove(KvKey key, Collection<String> members) {
        if (isTooMany(members.size())) {
            return tooMany();
        }
        var arguments = new ArrayList<Object>();
        arguments.add(key.text());
        arguments.addAll(members);
        return run("srem", arguments).map(answer -> answer.get(1).toInteger());
    }

    private Future<Response> run(String operation, Object... arguments) {
        return run(operation, List.of(arguments));
    }

    private Future<Response> run(String operation, List<Object> arguments) {
        return script.run(app, limits, rules, operation, arguments).map(answer -> {
            Verdicts.require(answer, limits);
            return answer;
        });
    }

    private <T> Future<T> ifItFits(Buffer value, Supplier<Future<T>> work) {
        return value.length() > limits.valueBytes()
                ? Future.failedFuture(Verdicts.tooLarge(value.length(), limits))
                : work.get();
    }

    private static boolean isTooMany(int members) {
        return members > MAX_MEMBERS;
    }

    private static <T> Future<T> tooMany() {
        return Future.failedFuture(new GheeException(
                ErrorCode.VALIDATION_INVALID_INPUT, "At most " + MAX_MEMBERS + " fields or members at once"));
    }

    private static String millis(@Nullable Duration ttl) {
        return Long.toString(ttl == null ? 0 : Math.max(1, ttl.toMillis()));
    }

    private static boolean isOne(Response answer) {
        return !Verdicts.isMiss(answer) && answer.get(1).toInteger() == 1;
    }
}
