package dev.ghee.control.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentifiersTest {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    @ParameterizedTest
    @CsvSource({"shop, shop", "my_shop, my-shop", "a_, a", "a-_-, a", "9, 9"})
    void aSubdomainIsTheNameAsAHostLabel(String name, String subdomain) {
        assertThat(Identifiers.subdomain(name)).isEqualTo(subdomain);
    }

    @Test
    void anotherSubdomainIsAHostLabelOfAtMost63Characters() {
        IntStream.range(0, 200).forEach(attempt -> {
            String subdomain =
                    Identifiers.anotherSubdomain("a".repeat(30) + "-".repeat(20) + "b".repeat(13), attempt % 8);
            assertThat(subdomain).matches(LABEL).hasSizeLessThanOrEqualTo(63);
        });
    }

    @Test
    void idsAreValidAndDiffer() {
        var ids = Stream.generate(Identifiers::appId)
                .limit(1000)
                .map(AppId::value)
                .distinct()
                .toList();
        assertThat(ids).hasSize(1000).allMatch(AppId::isValid);
    }

    @Test
    void anonKeysLookLikeNoOtherCredential() {
        assertThat(Identifiers.anonKey()).hasSize(44).doesNotContain(".").doesNotStartWith("bb_");
    }
}
