package dev.ghee.control.kv;

import dev.ghee.contracts.AppState;
import dev.ghee.control.kv.KvAnswers.Answer;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvKey;
import dev.ghee.kv.KvPage;
import dev.ghee.kv.KvStats;
import dev.ghee.kv.KvStore;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What only administrators of an app may do with its store. */
@ApplicationScoped
class StoreOperations {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;
    private static final int MAX_PREFIX = 512;

    private final KvStore store;
    private final Exposure exposure;

    StoreOperations(KvStore store, Exposure exposure) {
        this.store = store;
        this.exposure = exposure;
    }

    /** Empty when there is no such route. */
    Optional<Future<Answer>> run(AppState app, String method, KvAddress address, MultiMap query, KvFields fields) {
        return Optional.ofNullable(
                switch (address) {
                    case KvAddress.OfStore(String name) ->
                        switch (method + " " + name) {
                            case "GET _scan" -> scan(app, query);
                            case "GET _stats" -> store.of(app.appId()).stats().map(StoreOperations::stats);
                            case "POST _flush" -> flush(app, fields);
                            default -> null;
                        };
                    case KvAddress.Rules _ ->
                        switch (method) {
                            case "GET" -> exposure.list(app).map(StoreOperations::rules);
                            case "PUT" -> exposure.replace(app, rules(fields)).map(_ -> Answer.nothing());
                            default -> null;
                        };
                    case KvAddress.RuleOf(String pattern) ->
                        switch (method) {
                            case "PUT" ->
                                exposure.add(app, rule(ExposePattern.parse(pattern), fields))
                                        .map(_ -> Answer.nothing());
                            case "DELETE" ->
                                exposure.remove(
                                                app,
                                                ExposePattern.parse(pattern).text())
                                        .map(deleted -> Answer.ok(new JsonObject().put("deleted", deleted)));
                            default -> null;
                        };
                    case KvAddress.OfKey _ -> null;
                });
    }

    private Future<Answer> scan(AppState app, MultiMap query) {
        String prefix = Optional.ofNullable(query.get("prefix")).orElse("");
        if (prefix.length() > MAX_PREFIX || !KvKey.isSpelledLikeAKey(prefix)) {
            throw new GheeException(ErrorCode.KV_KEY_INVALID, "The prefix is none that a key could have");
        }
        String cursor = Optional.ofNullable(query.get("cursor")).orElse(KvPage.END);
        return store.of(app.appId())
                .scan(prefix, cursor.isEmpty() ? KvPage.END : cursor, limit(query.get("limit")))
                .map(page -> Answer.ok(
                        new JsonObject().put("keys", new JsonArray(page.keys())).put("cursor", page.cursor())));
    }

    private static int limit(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_PAGE;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_PAGE) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw KvFields.bad("limit is 1 to " + MAX_PAGE);
        }
        throw KvFields.bad("limit is 1 to " + MAX_PAGE);
    }

    private static Answer stats(KvStats stats) {
        return Answer.ok(new JsonObject()
                .put("keys_total", stats.keys())
                .put("bytes_used", stats.bytes())
                .put("ops_per_sec", stats.opsPerSecond())
                .put("max_keys", stats.limits().keys())
                .put("max_storage_bytes", stats.limits().storageBytes())
                .put("max_ops_per_sec", stats.limits().opsPerSecond())
                .put("max_value_bytes", stats.limits().valueBytes()));
    }

    private Future<Answer> flush(AppState app, KvFields fields) {
        if (!fields.isTrue("confirm")) {
            throw new GheeException(ErrorCode.KV_CONFIRM_REQUIRED, "This deletes every key of the app");
        }
        Future<Void> first =
                fields.isTrue("include_config") ? exposure.replace(app, List.of()) : Future.succeededFuture();
        return first.compose(_ -> store.of(app.appId()).flush())
                .map(deleted -> Answer.ok(new JsonObject().put("deleted", deleted)));
    }

    private static Answer rules(List<ExposeRule> rules) {
        var list = new JsonArray();
        rules.forEach(rule -> list.add(KvAnswers.rule(rule)));
        return Answer.ok(new JsonObject().put("rules", list));
    }

    private static List<ExposeRule> rules(KvFields fields) {
        var patterns = new HashSet<String>();
        List<ExposeRule> rules = fields.list("rules", ExposeStore.MAX_RULES).stream()
                .map(rule -> rule(ExposePattern.parse(rule.text("pattern")), rule))
                .toList();
        for (ExposeRule rule : rules) {
            if (!patterns.add(rule.pattern().text())) {
                throw KvFields.bad("Each pattern has one rule");
            }
        }
        return ExposeStore.inOrder(rules);
    }

    private static ExposeRule rule(ExposePattern pattern, KvFields fields) {
        return new ExposeRule(
                pattern, ExposeRule.Role.of(fields.text("read")), ExposeRule.Role.of(fields.text("write")), 0);
    }
}
