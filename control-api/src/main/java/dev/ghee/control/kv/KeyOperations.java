package dev.ghee.control.kv;

import dev.ghee.contracts.AppState;
import dev.ghee.control.kv.KvAnswers.Answer;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvKey;
import dev.ghee.kv.KvOperation;
import dev.ghee.kv.KvOutcome;
import dev.ghee.kv.KvSpace;
import dev.ghee.kv.KvStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What can be done with keys, by whoever may. */
@ApplicationScoped
class KeyOperations {
    private static final int MAX_BATCH = 100;

    private final KvStore store;
    private final Exposure exposure;
    private final KvAnswers answers;

    KeyOperations(KvStore store, Exposure exposure, KvAnswers answers) {
        this.store = store;
        this.exposure = exposure;
        this.answers = answers;
    }

    /** Work on one key, and what it needs the caller to be allowed. */
    private record Work(KvAccess access, Function<KvSpace, Future<Answer>> run) {}

    /** @param touch whether reading renews the lifetime, which then is a write too */
    record Request(AppState app, KvCaller caller, boolean withoutRate, String method, boolean touch, KvFields fields) {}

    /** Empty when there is no such route. */
    Optional<Future<Answer>> run(Request request, KvAddress.OfKey address) {
        Work work = work(request, address.key(), address.operation());
        if (work == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (request.caller()) {
                    case KvCaller.Administrator _ -> work.run().apply(space(request));
                    case KvCaller.Guest guest ->
                        exposure.under(request.app(), rules -> {
                            if (!allowed(rules, guest, work.access(), address.key(), request.touch())) {
                                return Future.failedFuture(KvCaller.refusal(guest));
                            }
                            return work.run().apply(space(request).underRules(rules.version()));
                        });
                });
    }

    private static boolean allowed(ExposeRules rules, KvCaller.Guest guest, KvAccess access, KvKey key, boolean touch) {
        return rules.allow(guest, access, key.text()) && (!touch || rules.allow(guest, KvAccess.WRITE, key.text()));
    }

    private KvSpace space(Request request) {
        KvSpace space = store.of(request.app().appId());
        return request.withoutRate() ? space.withoutRate() : space;
    }

    private @Nullable Work work(Request request, KvKey key, String operation) {
        KvFields fields = request.fields();
        return switch (request.method() + " " + operation) {
            case "GET " ->
                new Work(
                        KvAccess.READ,
                        space -> space.get(key, request.touch())
                                .map(found -> Answer.value(found.orElseThrow(KeyOperations::notFound))));
            case "GET ttl" -> new Work(KvAccess.READ, space -> space.life(key).map(KeyOperations::life));
            case "GET exists" ->
                new Work(
                        KvAccess.READ,
                        space -> space.exists(key).map(exists -> Answer.ok(new JsonObject().put("exists", exists))));
            case "PUT " -> {
                var value = fields.required("value");
                Duration ttl = fields.ttl(store.defaultTtl());
                yield new Work(
                        KvAccess.WRITE, space -> space.set(key, value, ttl).map(_ -> Answer.nothing()));
            }
            case "DELETE " ->
                new Work(
                        KvAccess.WRITE,
                        space -> space.delete(key)
                                .map(existed -> Answer.ok(new JsonObject().put("deleted", existed ? 1 : 0))));
            case "POST incr" -> adding(key, fields.by());
            case "POST decr" -> adding(key, -fields.by());
            case "POST setnx" -> {
                var value = fields.required("value");
                Duration ttl = fields.ttl(store.defaultTtl());
                yield new Work(
                        KvAccess.WRITE,
                        space -> space.setIfAbsent(key, value, ttl)
                                .map(wrote -> Answer.of(wrote ? 201 : 200, new JsonObject().put("wrote", wrote))));
            }
            case "POST cas" -> {
                var expected = fields.required("expected");
                var next = fields.required("next");
                yield new Work(
                        KvAccess.WRITE,
                        space -> space.compareAndSet(key, expected, next)
                                .map(swapped -> Answer.ok(new JsonObject().put("swapped", swapped))));
            }
            case "POST expire" -> {
                fields.required("ttl");
                Duration ttl = fields.ttl(null);
                yield new Work(
                        KvAccess.WRITE,
                        space -> space.expire(key, ttl)
                                .map(applied -> Answer.ok(
                                        new JsonObject().put("applied", applied).put("ok", applied))));
            }
            default -> null;
        };
    }

    private static Work adding(KvKey key, long by) {
        return new Work(
                KvAccess.WRITE, space -> space.add(key, by).map(sum -> Answer.ok(new JsonObject().put("value", sum))));
    }

    private static Answer life(KvSpace.Life life) {
        return switch (life) {
            case KvSpace.Life.NoKey _ -> throw notFound();
            case KvSpace.Life.Unlimited _ -> Answer.ok(new JsonObject().putNull("ttl"));
            case KvSpace.Life.Left left ->
                Answer.ok(new JsonObject().put("ttl", (left.left().toMillis() + 999) / 1000));
        };
    }

    private static GheeException notFound() {
        return new GheeException(ErrorCode.KV_NOT_FOUND, "There is no such key");
    }

    /** Several at once; what the caller may not, or what is no key, is refused in its place. */
    Future<Answer> batch(Request request, String path) {
        List<KvFields> sent = request.fields().list("ops", MAX_BATCH);
        Future<List<KvOutcome>> outcomes = switch (request.caller()) {
            case KvCaller.Administrator _ -> batch(sent, space(request), (_, _) -> null);
            case KvCaller.Guest guest ->
                exposure.under(
                        request.app(),
                        rules -> batch(
                                sent,
                                space(request).underRules(rules.version()),
                                (access, key) ->
                                        rules.allow(guest, access, key.text()) ? null : KvCaller.refusal(guest)));
        };
        return outcomes.map(all -> answers.results(all, path));
    }

    /** Says why a key may not be used; null when it may. */
    private interface Judge {
        @Nullable
        GheeException refusal(KvAccess access, KvKey key);
    }

    private static Future<List<KvOutcome>> batch(List<KvFields> sent, KvSpace space, Judge judge) {
        var outcomes = new ArrayList<@Nullable KvOutcome>();
        var admitted = new ArrayList<KvOperation>();
        for (KvFields fields : sent) {
            try {
                KvOperation operation = operation(fields);
                KvAccess access = operation instanceof KvOperation.Get ? KvAccess.READ : KvAccess.WRITE;
                GheeException refusal = judge.refusal(access, operation.key());
                if (refusal == null) {
                    admitted.add(operation);
                }
                outcomes.add(refusal == null ? null : new KvOutcome.Refused(refusal));
            } catch (GheeException e) {
                outcomes.add(new KvOutcome.Refused(e));
            }
        }
        Future<List<KvOutcome>> done = admitted.isEmpty() ? Future.succeededFuture(List.of()) : space.batch(admitted);
        return done.map(results -> {
            var next = results.iterator();
            var all = new ArrayList<KvOutcome>(outcomes.size());
            for (KvOutcome refused : outcomes) {
                all.add(refused == null ? next.next() : refused);
            }
            return all;
        });
    }

    private static KvOperation operation(KvFields fields) {
        var key = new KvKey(fields.text("key"));
        return switch (fields.text("op")) {
            case "get" -> new KvOperation.Get(key);
            case "set" -> new KvOperation.Set(key, fields.required("value"));
            case "del" -> new KvOperation.Delete(key);
            default -> throw KvFields.bad("op is get, set or del");
        };
    }
}
