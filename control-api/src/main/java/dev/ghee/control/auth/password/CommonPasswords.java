package dev.ghee.control.auth.password;

import com.nulabinc.zxcvbn.Zxcvbn;
import dev.ghee.control.auth.policy.PasswordPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;

/**
 * The 30,000 commonest passwords, as zxcvbn ships them, in 240 kB: sorted starts of their SHA-256. A password that is
 * none of them is taken for one of them once in 10^15.
 */
@ApplicationScoped
public class CommonPasswords {
    private static final String LIST = "/com/nulabinc/zxcvbn/matchers/dictionaries/passwords.txt";
    /** Of what is left of a password without its decoration; shorter rests are in every list. */
    private static final int MIN_CORE = 4;

    private final long[] known;

    CommonPasswords() {
        try (InputStream in = Zxcvbn.class.getResourceAsStream(LIST)) {
            if (in == null) {
                throw new IllegalStateException("zxcvbn has no list of passwords any more");
            }
            known = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .mapToLong(CommonPasswords::fingerprint)
                    .sorted()
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean contains(String password, PasswordPolicy.Common how) {
        String lower = password.toLowerCase(Locale.ROOT);
        return switch (how) {
            case OFF -> false;
            case EXACT -> isKnown(lower);
            case VARIANTS -> isKnown(lower) || isDecorated(lower);
        };
    }

    /** Look-alikes first: {@code p@ssw0rd1!} ends in decoration only once its core is a word. */
    private boolean isDecorated(String lower) {
        return isCoreKnown(core(lower)) || isCoreKnown(core(plain(lower))) || isCoreKnown(plain(core(lower)));
    }

    private boolean isCoreKnown(String core) {
        return core.length() >= MIN_CORE && isKnown(core);
    }

    /** Without the digits and signs before the first letter and behind the last. */
    private static String core(String lower) {
        int start = 0;
        int end = lower.length();
        while (start < end && !Character.isLetter(lower.charAt(start))) {
            start++;
        }
        while (end > start && !Character.isLetter(lower.charAt(end - 1))) {
            end--;
        }
        return lower.substring(start, end);
    }

    private static String plain(String lower) {
        StringBuilder plain = new StringBuilder(lower.length());
        for (int i = 0; i < lower.length(); i++) {
            plain.append(
                    switch (lower.charAt(i)) {
                        case '@', '4' -> 'a';
                        case '3' -> 'e';
                        case '0' -> 'o';
                        case '1', '!', '|' -> 'i';
                        case '$', '5' -> 's';
                        case '7', '+' -> 't';
                        default -> lower.charAt(i);
                    });
        }
        return plain.toString();
    }

    private boolean isKnown(String lower) {
        return Arrays.binarySearch(known, fingerprint(lower)) >= 0;
    }

    private static long fingerprint(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
