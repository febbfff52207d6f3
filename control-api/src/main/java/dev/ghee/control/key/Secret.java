package dev.ghee.control.key;

import dev.ghee.tenancy.caller.CallerResolver;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The key itself: {@code bb_sk_} and 40 hex digits. Shown once, then only its hash is kept. */
record Secret(String value) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern SHAPE = Pattern.compile("bb_sk_[0-9a-f]{40}");
    private static final int RANDOM_BYTES = 20;
    private static final int PREFIX_LENGTH = 12;

    Secret {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("Not an API key");
        }
    }

    static Secret random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return new Secret("bb_sk_" + HexFormat.of().formatHex(bytes));
    }

    String sha256() {
        return CallerResolver.sha256(value);
    }

    /** What people recognise a key by. */
    String prefix() {
        return value.substring(0, PREFIX_LENGTH);
    }

    @Override
    public String toString() {
        return "Secret[" + prefix() + "…]";
    }
}
