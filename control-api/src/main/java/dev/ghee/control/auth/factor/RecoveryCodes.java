package dev.ghee.control.auth.factor;

import dev.ghee.contracts.AppState;
import dev.ghee.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/** Ten codes of almost 50 random bits, each good once; only MACs of them are stored. */
@ApplicationScoped
class RecoveryCodes {
    private static final int COUNT = 10;
    private static final int HALF = 5;
    /** No letters that look like digits. */
    private static final String ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

    private final MasterKey.Hmac mac;
    private final SecureRandom random = new SecureRandom();

    RecoveryCodes(MasterKey key) {
        this.mac = key.hmac("recovery codes");
    }

    List<String> make() {
        return Stream.generate(() -> half() + "-" + half()).limit(COUNT).toList();
    }

    /** In hexadecimal; case, blanks and hyphens of what was typed do not matter. */
    String hash(AppState app, UUID userId, String code) {
        String plain = code.toLowerCase(Locale.ROOT).replaceAll("[\\s-]", "");
        return HexFormat.of().formatHex(mac.of(app.appId().value(), userId.toString(), plain));
    }

    private String half() {
        return random.ints(HALF, 0, ALPHABET.length())
                .collect(
                        StringBuilder::new, (text, index) -> text.append(ALPHABET.charAt(index)), StringBuilder::append)
                .toString();
    }
}
