package dev.ghee.control.app;

import dev.ghee.contracts.AppId;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/** What a new app is called where its owner does not choose. */
final class Identifiers {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_CHARACTERS = 12;
    private static final int ANON_KEY_BYTES = 32;
    private static final int MAX_SUBDOMAIN = 63;
    private static final List<String> WORDS = List.of(
            "amber", "aspen", "birch", "bloom", "brook", "cedar", "cliff", "cloud", "comet", "coral", "delta", "ember",
            "fern", "field", "flint", "frost", "grove", "harbor", "hazel", "heron", "iris", "jade", "lake", "larch",
            "lark", "linen", "maple", "marsh", "meadow", "mint", "moss", "north", "oak", "ocean", "olive", "onyx",
            "opal", "orbit", "otter", "pearl", "pine", "plum", "pond", "quartz", "rain", "reef", "ridge", "river",
            "robin", "sage", "sand", "slate", "snow", "spruce", "stone", "storm", "sun", "thyme", "tide", "trail",
            "vale", "wave", "willow", "wind");

    private Identifiers() {}

    static AppId appId() {
        var id = new StringBuilder("app_");
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new AppId(id.toString());
    }

    static String anonKey() {
        byte[] bytes = new byte[ANON_KEY_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The name as a host label: a label may not contain an underscore, nor end in a hyphen. */
    static String subdomain(String name) {
        String label = name.replace('_', '-');
        int end = label.length();
        while (end > 1 && label.charAt(end - 1) == '-') {
            end--;
        }
        return label.substring(0, end);
    }

    /** The label with a random word, for when the label itself is taken; after a few words a number goes with it. */
    static String anotherSubdomain(String label, int attempt) {
        String word = "-" + WORDS.get(RANDOM.nextInt(WORDS.size()));
        String suffix = attempt < 3 ? word : word + "-" + RANDOM.nextInt(100_000);
        return subdomain(label.substring(0, Math.min(label.length(), MAX_SUBDOMAIN - suffix.length()))) + suffix;
    }
}
