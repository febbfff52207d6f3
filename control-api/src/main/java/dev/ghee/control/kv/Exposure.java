package dev.ghee.control.kv;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvStore;
import dev.ghee.kv.StaleRulesException;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * The rules in memory. Their version lies with the values: an operation that was allowed by other rules than those in
 * force is refused by the store itself and decided anew, so every process heeds a change at once without being told.
 */
@ApplicationScoped
class Exposure {
    private static final int MAX_APPS = 10_000;
    private static final int ATTEMPTS = 4;
    /** What is refused by rules as young as this is refused without another look. */
    private static final long YOUNG_NANOS = Duration.ofMillis(500).toNanos();

    private final ExposeStore store;
    private final KvStore values;
    private final AsyncCache<AppId, ExposeRules> known = Caffeine.newBuilder()
            .maximumSize(MAX_APPS)
            .expireAfterWrite(Duration.ofSeconds(30))
            .buildAsync();

    Exposure(ExposeStore store, KvStore values) {
        this.store = store;
        this.values = values;
    }

    /** Does the work in the store as far as the rules allow, and again with newer rules when they have changed. */
    <T> Future<T> under(AppState app, Function<ExposeRules, Future<T>> work) {
        return under(app, work, ATTEMPTS);
    }

    private <T> Future<T> under(AppState app, Function<ExposeRules, Future<T>> work, int attempts) {
        return rules(app)
                .compose(rules -> work.apply(rules)
                        .recover(failure -> attempts > 1 && outdated(rules, failure)
                                ? again(app, rules, work, attempts)
                                : Future.failedFuture(failure)));
    }

    private <T> Future<T> again(
            AppState app, ExposeRules outdated, Function<ExposeRules, Future<T>> work, int attempts) {
        known.synchronous().asMap().remove(app.appId(), outdated);
        return under(app, work, attempts - 1);
    }

    /** Rules say no, or the store says that they are not the rules any more. */
    private static boolean outdated(ExposeRules rules, Throwable failure) {
        return switch (failure) {
            case StaleRulesException _ -> true;
            case GheeException e ->
                (e.code() == ErrorCode.KV_FORBIDDEN || e.code() == ErrorCode.AUTH_REQUIRED)
                        && System.nanoTime() - rules.readAt() > YOUNG_NANOS;
            default -> false;
        };
    }

    private Future<ExposeRules> rules(AppState app) {
        return Future.fromCompletionStage(
                known.get(app.appId(), (_, _) -> read(app).toCompletionStage().toCompletableFuture()));
    }

    /** The version first: rules that change in between are then known as older than they are, and read again. */
    private Future<ExposeRules> read(AppState app) {
        return values.of(app.appId())
                .rulesVersion()
                .compose(version -> store.list(app).map(rules -> new ExposeRules(rules, version, System.nanoTime())));
    }

    Future<List<ExposeRule>> list(AppState app) {
        return store.list(app);
    }

    Future<Void> replace(AppState app, List<ExposeRule> rules) {
        return store.replace(app, rules).compose(_ -> changed(app));
    }

    /** Fails with {@code KV_EXPOSE_CONFLICT} when the pattern has a rule already that says something else. */
    Future<Void> add(AppState app, ExposeRule rule) {
        return store.insert(app, rule).compose(found -> {
            ExposeRule now = found.orElseThrow(() -> new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "An app has at most " + ExposeStore.MAX_RULES + " rules"));
            if (now.read() != rule.read() || now.write() != rule.write()) {
                throw new GheeException(ErrorCode.KV_EXPOSE_CONFLICT, "The pattern has another rule")
                        .withDetails(Map.of("existing", KvAnswers.rule(now).getMap()));
            }
            return changed(app);
        });
    }

    Future<Integer> remove(AppState app, String pattern) {
        return store.delete(app, pattern).compose(deleted -> changed(app).map(deleted));
    }

    private Future<Void> changed(AppState app) {
        return values.of(app.appId())
                .renewRules(UUID.randomUUID().toString())
                .onSuccess(_ -> known.synchronous().invalidate(app.appId()));
    }
}
