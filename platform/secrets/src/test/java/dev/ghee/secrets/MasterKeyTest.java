package dev.ghee.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {
    private static final byte[] SECRET = "a private key".getBytes(StandardCharsets.UTF_8);

    private final MasterKey key = new MasterKey("0123456789abcdef".repeat(4));

    @Test
    void opensWhatItSealed() {
        assertThat(key.open(key.seal(SECRET, "owner"), "owner")).isEqualTo(SECRET);
        assertThat(key.open(key.seal(new byte[0], "owner"), "owner")).isEmpty();
        assertThat(key.open(key.seal(new byte[10_000], "owner"), "owner")).isEqualTo(new byte[10_000]);
    }

    @Test
    void sealsDifferentlyEachTime() {
        assertThat(key.seal(SECRET, "owner")).isNotEqualTo(key.seal(SECRET, "owner"));
    }

    @Test
    void isIvCiphertextAndTag() {
        String[] parts = key.seal(SECRET, "owner").split(":");

        assertThat(parts).hasSize(3);
        assertThat(Base64.getDecoder().decode(parts[0])).hasSize(12);
        assertThat(Base64.getDecoder().decode(parts[1])).hasSize(SECRET.length);
        assertThat(Base64.getDecoder().decode(parts[2])).hasSize(16);
    }

    @Test
    void opensNothingForAnotherOwnerOrKey() {
        String sealed = key.seal(SECRET, "owner");
        MasterKey other = new MasterKey("1123456789abcdef".repeat(4));

        assertThatThrownBy(() -> key.open(sealed, "another")).isInstanceOf(UnreadableSecretException.class);
        assertThatThrownBy(() -> other.open(sealed, "owner")).isInstanceOf(UnreadableSecretException.class);
    }

    @Test
    void noticesEveryChangedCharacter() {
        String sealed = key.seal(SECRET, "owner");

        for (int i = 0; i < sealed.length(); i++) {
            String changed = sealed.substring(0, i) + (sealed.charAt(i) == 'A' ? 'B' : 'A') + sealed.substring(i + 1);
            assertThatThrownBy(() -> key.open(changed, "owner")).isInstanceOf(UnreadableSecretException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "::", "a:b:c", "AAAA:AAAA:AAAA", "x", ":::"})
    void refusesWhatItNeverSealed(String text) {
        assertThatThrownBy(() -> key.open(text, "owner")).isInstanceOf(UnreadableSecretException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "zz23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"})
    void refusesToStartWithABadKey(String hex) {
        assertThatThrownBy(() -> new MasterKey(hex)).hasMessageContaining("ghee.encryption-key");
    }

    @Test
    void whatAReplacedKeySealedStillOpensAndIsKnownAsOutdated() {
        String old = "0123456789abcdef".repeat(4);
        MasterKey replaced = new MasterKey("f".repeat(64), java.util.Optional.of(java.util.List.of(old)));
        String sealed = key.seal(SECRET, "owner");

        assertThat(replaced.open(sealed, "owner")).isEqualTo(SECRET);
        assertThat(replaced.isOutdated(sealed, "owner")).isTrue();
        assertThat(replaced.isOutdated(replaced.seal(SECRET, "owner"), "owner")).isFalse();
        assertThatThrownBy(() -> replaced.open(sealed, "another")).isInstanceOf(UnreadableSecretException.class);
        assertThatThrownBy(() -> key.open(replaced.seal(SECRET, "owner"), "owner"))
                .isInstanceOf(UnreadableSecretException.class);
    }

    @Test
    void macsDependOnPurposeAndOnWhereAPartEnds() {
        MasterKey.Hmac mac = key.hmac("one");

        assertThat(mac.of("a", "bc")).isEqualTo(key.hmac("one").of("a", "bc")).hasSize(32);
        assertThat(mac.of("a", "bc")).isNotEqualTo(mac.of("ab", "c"));
        assertThat(mac.of("a")).isNotEqualTo(key.hmac("two").of("a"));
    }
}
