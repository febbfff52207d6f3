package dev.ghee.tenancy.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaterializedTopicTest {
    private record Versioned(long revision, String value) {}

    private final MaterializedTopic<Versioned> topic = new MaterializedTopic<>(Versioned::revision);

    @Test
    void keepsTheNewestWhateverTheOrderOfArrival() {
        topic.accept("k", new Versioned(2, "new"));
        topic.accept("k", new Versioned(1, "late"));

        assertThat(topic.get("k")).contains(new Versioned(2, "new"));
    }

    @Test
    void tellsListenersOnlyOfNews() {
        List<String> heard = new ArrayList<>();
        topic.onChange(state -> heard.add(state.value()));

        topic.accept("k", new Versioned(1, "a"));
        topic.accept("k", new Versioned(1, "a again"));
        topic.accept("k", new Versioned(2, "b"));

        assertThat(heard).containsExactly("a", "b");
    }
}
