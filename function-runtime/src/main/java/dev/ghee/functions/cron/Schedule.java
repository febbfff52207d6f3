package dev.ghee.functions.cron;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;

/**
 * Five fields of cron on the clock of a time zone. Where clocks change, a schedule with fixed hours runs once a day as
 * ever: a time that is skipped is made up for by as much later, and one that comes twice counts the first time. A
 * schedule whose hours begin with {@code *} goes by the time that passes: it knows neither a pause nor a repetition.
 * Immutable.
 */
final class Schedule {
    private final ExecutionTime times;
    private final ZoneRules rules;
    private final boolean byElapsedTime;

    /** Throws {@link IllegalArgumentException} when it is no schedule. */
    Schedule(String expression, ZoneId zone) {
        var definition = CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);
        this.times = ExecutionTime.forCron(
                new CronParser(definition).parse(expression).validate());
        this.rules = zone.getRules();
        this.byElapsedTime = expression.strip().split("\\s+")[1].startsWith("*");
    }

    /** The first tick after this moment; empty when there will never be one. */
    Optional<Instant> next(Instant after) {
        return byElapsedTime ? nextByElapsedTime(after) : nextByClock(after);
    }

    private Optional<Instant> nextByClock(Instant after) {
        LocalDateTime from = LocalDateTime.ofInstant(after, rules.getOffset(after));
        ZoneOffsetTransition before = rules.previousTransition(after.plusMillis(1));
        if (before != null && before.isOverlap() && from.isBefore(before.getDateTimeBefore())) {
            // The hour that is there for the second time has had its ticks.
            from = before.getDateTimeBefore().minusNanos(1);
        } else if (before != null
                && before.isGap()
                && after.isBefore(before.getInstant().plus(before.getDuration()))) {
            // What was skipped is still to come.
            from = from.minus(before.getDuration());
        }
        Optional<LocalDateTime> found = local(from);
        while (found.isPresent()) {
            Instant tick = found.get().toInstant(offset(found.get()));
            if (tick.isAfter(after)) {
                return Optional.of(tick);
            }
            found = local(found.get());
        }
        return Optional.empty();
    }

    /** A skipped time is read on the clock of before, an ambiguous one is the first. */
    private ZoneOffset offset(LocalDateTime local) {
        ZoneOffsetTransition transition = rules.getTransition(local);
        return transition == null ? rules.getOffset(local) : transition.getOffsetBefore();
    }

    private Optional<Instant> nextByElapsedTime(Instant after) {
        Instant from = after;
        LocalDateTime start = LocalDateTime.ofInstant(after, rules.getOffset(after));
        while (true) {
            ZoneOffset offset = rules.getOffset(from);
            Optional<LocalDateTime> found = local(start);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Instant tick = found.get().toInstant(offset);
            ZoneOffsetTransition change = rules.nextTransition(from);
            if (change == null || tick.isBefore(change.getInstant())) {
                return Optional.of(tick);
            }
            from = change.getInstant();
            start = change.getDateTimeAfter().minusNanos(1);
        }
    }

    private Optional<LocalDateTime> local(LocalDateTime after) {
        return times.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    /** The newest tick that is no older than this; empty when there is none. */
    Optional<Instant> latest(Instant now, Duration age) {
        Instant found = null;
        for (Optional<Instant> tick = next(now.minus(age).minusMillis(1));
                tick.isPresent() && !tick.get().isAfter(now);
                tick = next(tick.get())) {
            found = tick.get();
        }
        return Optional.ofNullable(found);
    }
}
