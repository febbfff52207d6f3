package dev.ghee.realtime.policy.relation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class HeldRelationTest {
    private static final RelationNeed NEED =
            new RelationNeed(1, "public", "members", Set.of("room", "user_id", "level"), Set.of("room", "user_id"));
    private static final Shape SHAPE = new Shape(NEED);

    private final HeldRelation relation = new HeldRelation(SHAPE);

    private static Row row(@Nullable String level, @Nullable String room, @Nullable String user) {
        return new Row(SHAPE, new @Nullable String[] {level, room, user});
    }

    @RepeatedTest(20)
    void holdsWhatAListOfTheSameRowsHolds() {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        Random random = new Random(seed);
        List<List<@Nullable String>> model = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            @Nullable String level = random.nextInt(5) == 0 ? null : Integer.toString(random.nextInt(3));
            @Nullable String room = random.nextInt(9) == 0 ? null : "r" + random.nextInt(4);
            @Nullable String user = random.nextInt(9) == 0 ? null : "u" + random.nextInt(20);
            List<@Nullable String> values = Arrays.asList(level, room, user);
            if (random.nextBoolean()) {
                model.add(values);
                relation.add(row(level, room, user));
            } else {
                assertThat(relation.remove(row(level, room, user)))
                        .describedAs("seed=%d", seed)
                        .isEqualTo(model.remove(values));
            }
        }
        assertThat(relation.rows()).isEqualTo(model.size());
        for (String column : List.of("room", "user_id")) {
            for (int i = 0; i < 20; i++) {
                String value = (column.equals("room") ? "r" : "u") + i;
                int position = column.equals("room") ? 1 : 2;
                Set<List<@Nullable String>> expected = new HashSet<>(model);
                expected.removeIf(values -> !Objects.equals(values.get(position), value));
                Set<List<@Nullable String>> found = new HashSet<>();
                relation.where(column, value)
                        .forEach(tuple -> found.add(
                                Arrays.asList(tuple.text("level"), tuple.text("room"), tuple.text("user_id"))));
                assertThat(found).describedAs("seed=%d", seed).isEqualTo(expected);
                assertThat(relation.where(column, value)).hasSameSizeAs(expected);
            }
        }
        model.forEach(values -> assertThat(relation.remove(row(values.get(0), values.get(1), values.get(2))))
                .isTrue());
        assertThat(relation.bytes()).describedAs("seed=%d", seed).isZero();
    }

    @Test
    void countsEqualRowsAndKeepsThemUntilTheLastIsGone() {
        relation.add(row("1", "r", "u"));
        relation.add(row("1", "r", "u"));
        assertThat(relation.rows()).isEqualTo(2);
        assertThat(relation.where("room", "r")).hasSize(1);
        relation.remove(row("1", "r", "u"));
        assertThat(relation.where("user_id", "u")).hasSize(1);
        relation.remove(row("1", "r", "u"));
        assertThat(relation.where("user_id", "u")).isEmpty();
    }

    @Test
    void isNotLookedUpByColumnsThatItWasNotAskedFor() {
        assertThatThrownBy(() -> relation.where("level", "1")).isInstanceOf(IllegalArgumentException.class);
        relation.add(row("1", "r", "u"));
        Tuple tuple = relation.where("room", "r").iterator().next();
        assertThat(tuple.text("level")).isEqualTo("1");
        assertThatThrownBy(() -> tuple.text("secret")).isInstanceOf(IllegalArgumentException.class);
    }
}
