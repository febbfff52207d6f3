package dev.ghee.control.auth.limit;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.Command;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.mutiny.redis.client.Request;
import io.vertx.mutiny.redis.client.Response;
import java.time.Duration;
import java.util.List;

/**
 * Counts calls per key in Valkey, in windows that open with a key's first call: the same counts for every process. All
 * keys of a call have to be of one app, so that one node of a cluster holds them.
 */
final class SharedWindows {
    // Stops at the first key that is over its limit, so that what is refused by address counts against no account.
    private static final String TAKE = """
            for i, key in ipairs(KEYS) do
              local calls = redis.call('INCR', key)
              local left = redis.call('PTTL', key)
              if left < 0 then
                redis.call('PEXPIRE', key, ARGV[1])
                left = tonumber(ARGV[1])
              end
              if calls > tonumber(ARGV[i + 1]) then
                return {i - 1, math.max(left, 1)}
              end
            end
            return {-1, 0}""";

    private final Redis valkey;
    private final Duration length;

    SharedWindows(Redis valkey, Duration length) {
        this.valkey = valkey;
        this.length = length;
    }

    /** Counts a call under each of the keys in turn, until one is over its limit. */
    Uni<Verdict> take(List<Budget> budgets) {
        Request call = Request.cmd(Command.EVAL).arg(TAKE).arg(budgets.size());
        budgets.forEach(budget -> call.arg(budget.key()));
        call.arg(length.toMillis());
        budgets.forEach(budget -> call.arg(budget.limit()));
        return valkey.send(call)
                .map(answer -> new Verdict(
                        answer.get(0).toInteger(),
                        Duration.ofMillis(answer.get(1).toLong())));
    }

    /** Keeps a mark for that long. */
    Uni<Response> mark(String key, Duration life) {
        return valkey.send(Request.cmd(Command.SET).arg(key).arg("1").arg("PX").arg(life.toMillis()));
    }

    /** Whether there is such a mark. */
    Uni<Boolean> marked(String key) {
        return valkey.send(Request.cmd(Command.EXISTS).arg(key)).map(answer -> answer.toInteger() == 1);
    }
}
