package dev.ghee.control.secret;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Eight letters that people read from one place and type in another: consonants only, so no code spells a word and no
 * letter looks like a digit. About 34 bits; written {@code BCDF-GHJK}, read in any case and with any separators.
 */
public record ShortCode(String letters) {
    private static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
    private static final int LENGTH = 8;
    private static final int MAX_TYPED = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    public static ShortCode random() {
        return of(RANDOM);
    }

    static ShortCode of(RandomGenerator random) {
        var letters = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new ShortCode(letters.toString());
    }

    /** What somebody typed; empty when it cannot be a code. */
    public static Optional<ShortCode> parse(String typed) {
        // Upper case makes two letters of some that are not ASCII.
        if (typed.length() > MAX_TYPED || typed.chars().anyMatch(c -> c > 0x7f)) {
            return Optional.empty();
        }
        String letters = typed.toUpperCase(Locale.ROOT).replaceAll("[\\s-]", "");
        boolean fits = letters.length() == LENGTH && letters.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
        return fits ? Optional.of(new ShortCode(letters)) : Optional.empty();
    }

    /** In two groups, for reading. */
    public String shown() {
        return letters.substring(0, LENGTH / 2) + "-" + letters.substring(LENGTH / 2);
    }

    @Override
    public String toString() {
        return "ShortCode[…]";
    }
}
