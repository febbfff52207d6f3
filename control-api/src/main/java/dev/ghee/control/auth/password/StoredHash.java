package dev.ghee.control.auth.password;

import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import com.password4j.ScryptFunction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A password hash in one of the forms that a user may come with: Argon2 and scrypt in PHC form, bcrypt in its own. Forms
 * whose check would take more than about a second or 128 MiB are none of them, so that a hostile import cannot burn the
 * processors at every sign-in.
 */
sealed interface StoredHash {
    /** Whether this is the hash of the password. Computes for long: call from a thread that may. */
    boolean matches(byte[] password);

    /** Empty when the text is no hash of a known form, or one too expensive to check. */
    static Optional<StoredHash> parse(String text) {
        return Argon2.parse(text).or(() -> Bcrypt.parse(text)).or(() -> Scrypt.parse(text));
    }

    /** Argon2i, Argon2d or Argon2id. */
    record Argon2(Argon2Function function, String text) implements StoredHash {
        private static final Pattern SHAPE = Pattern.compile("\\$argon2(?:id|i|d)\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),"
                + "p=(\\d{1,2})\\$[A-Za-z0-9+/]{11,86}\\$[A-Za-z0-9+/]{16,172}");
        private static final int MAX_MEMORY_KIB = 128 * 1024;
        private static final int MAX_LANES = 8;
        private static final int MAX_WORK = 512 * 1024;

        static Optional<StoredHash> parse(String text) {
            Matcher shape = SHAPE.matcher(text);
            if (!shape.matches()) {
                return Optional.empty();
            }
            int memory = Integer.parseInt(shape.group(1));
            int passes = Integer.parseInt(shape.group(2));
            int lanes = Integer.parseInt(shape.group(3));
            return bearable(memory, passes, lanes)
                    ? Optional.of(new Argon2(Argon2Function.getInstanceFromHash(text), text))
                    : Optional.empty();
        }

        static boolean bearable(int memoryKib, int passes, int lanes) {
            return lanes >= 1
                    && lanes <= MAX_LANES
                    && passes >= 1
                    && memoryKib >= 8 * lanes
                    && memoryKib <= MAX_MEMORY_KIB
                    && (long) memoryKib * passes <= MAX_WORK;
        }

        @Override
        public boolean matches(byte[] password) {
            return NativeArgon2.get()
                    .map(argon2 -> argon2.matches(text, password))
                    .orElseGet(() -> function.check(password, text.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public String toString() {
            return "Argon2[…]";
        }
    }

    /** Of the first 72 bytes, as bcrypt everywhere. */
    record Bcrypt(String text) implements StoredHash {
        private static final Pattern SHAPE = Pattern.compile("\\$2[abxy]\\$(\\d{2})\\$[./A-Za-z0-9]{53}");
        private static final int MIN_COST = 4;
        private static final int MAX_COST = 14;
        private static final int MAX_BYTES = 72;

        static Optional<StoredHash> parse(String text) {
            Matcher shape = SHAPE.matcher(text);
            if (!shape.matches()) {
                return Optional.empty();
            }
            int cost = Integer.parseInt(shape.group(1));
            return cost >= MIN_COST && cost <= MAX_COST ? Optional.of(new Bcrypt(text)) : Optional.empty();
        }

        @Override
        public boolean matches(byte[] password) {
            byte[] used = password.length <= MAX_BYTES ? password : Arrays.copyOf(password, MAX_BYTES);
            return BcryptFunction.getInstanceFromHash(text).check(used, text.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public String toString() {
            return "Bcrypt[…]";
        }
    }

    /** {@code $scrypt$ln=…,r=…,p=…$salt$key}. */
    record Scrypt(int logN, int r, int p, byte[] salt, byte[] key) implements StoredHash {
        private static final Pattern SHAPE = Pattern.compile(
                "\\$scrypt\\$ln=(\\d{1,2}),r=(\\d{1,2}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{8,86})\\$([A-Za-z0-9+/]{22,86})");
        private static final int MAX_LOG_N = 17;
        private static final int MAX_PARALLEL = 4;
        private static final long MAX_WORK = 1 << 20;

        static Optional<StoredHash> parse(String text) {
            Matcher shape = SHAPE.matcher(text);
            if (!shape.matches()) {
                return Optional.empty();
            }
            int logN = Integer.parseInt(shape.group(1));
            int r = Integer.parseInt(shape.group(2));
            int p = Integer.parseInt(shape.group(3));
            boolean sound = logN >= 1 && logN <= MAX_LOG_N && r >= 1 && p >= 1 && p <= MAX_PARALLEL;
            if (!sound || ((long) r * p << logN) > MAX_WORK) {
                return Optional.empty();
            }
            try {
                Base64.Decoder base64 = Base64.getDecoder();
                return Optional.of(
                        new Scrypt(logN, r, p, base64.decode(shape.group(4)), base64.decode(shape.group(5))));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        @Override
        public boolean matches(byte[] password) {
            byte[] made = ScryptFunction.getInstance(1 << logN, r, p, key.length)
                    .hash(password, salt)
                    .getBytes();
            return MessageDigest.isEqual(made, key);
        }

        @Override
        public String toString() {
            return "Scrypt[…]";
        }
    }
}
