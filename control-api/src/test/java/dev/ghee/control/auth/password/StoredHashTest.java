package dev.ghee.control.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.control.auth.ForeignHashes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredHashTest {
    private static final String SALT_AND_KEY = "$MDEyMzQ1Njc4OWFiY2RlZg$TTDwYN8BIAKoZRca3ttD+C764jRTz0yQY9uMsyKILww";

    @Test
    void hashesThatOtherProgramsMadeAreUnderstood() {
        for (String hash :
                List.of(ForeignHashes.BCRYPT, ForeignHashes.ARGON2, ForeignHashes.ARGON2I, ForeignHashes.SCRYPT)) {
            StoredHash stored = StoredHash.parse(hash).orElseThrow();
            assertThat(stored.matches(bytes(ForeignHashes.PASSWORD))).as(hash).isTrue();
            assertThat(stored.matches(bytes("Legacy-Horse-8"))).as(hash).isFalse();
            assertThat(stored.matches(bytes(""))).as(hash).isFalse();
            assertThat(stored).asString().doesNotContain("MDEy").doesNotContain("abcdef");
        }
    }

    @Test
    void bcryptLooksAtSeventyTwoBytesAndNoMore() {
        StoredHash stored = StoredHash.parse(ForeignHashes.BCRYPT).orElseThrow();
        assertThat(stored.matches(bytes("x".repeat(500)))).isFalse();
    }

    @Test
    void whatWouldBurnTheProcessorsIsNoHash() {
        for (String hash : List.of(
                "",
                "x",
                "$2b$15$" + "a".repeat(53),
                "$2b$31$" + "a".repeat(53),
                "$2b$03$" + "a".repeat(53),
                "$2b$05$" + "a".repeat(52),
                "$argon2id$v=19$m=4194304,t=1,p=1" + SALT_AND_KEY,
                "$argon2id$v=19$m=131072,t=5,p=1" + SALT_AND_KEY,
                "$argon2id$v=19$m=8192,t=999,p=1" + SALT_AND_KEY,
                "$argon2id$v=19$m=8192,t=0,p=1" + SALT_AND_KEY,
                "$argon2id$v=19$m=8192,t=1,p=0" + SALT_AND_KEY,
                "$argon2id$v=19$m=8,t=1,p=8" + SALT_AND_KEY,
                "$argon2id$v=19$m=99999999999,t=1,p=1" + SALT_AND_KEY,
                "$scrypt$ln=20,r=8,p=1" + SALT_AND_KEY,
                "$scrypt$ln=17,r=9,p=1" + SALT_AND_KEY,
                "$scrypt$ln=17,r=8,p=2" + SALT_AND_KEY,
                "$scrypt$ln=0,r=8,p=1" + SALT_AND_KEY,
                "$scrypt$ln=10,r=8,p=1$====$" + "a".repeat(43),
                "{SSHA}abcdef")) {
            assertThat(StoredHash.parse(hash)).as(hash).isEmpty();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
