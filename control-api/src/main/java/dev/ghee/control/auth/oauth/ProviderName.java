package dev.ghee.control.auth.oauth;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How an app calls a provider: 1 to 32 of {@code a-z 0-9 _ -}. */
record ProviderName(String value) {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");
    /** What users' {@code provider} says of other ways to sign in. */
    private static final Set<String> RESERVED = Set.of("email", "password", "anonymous", "passkey", "magic_link");

    /** Empty when the text cannot be a provider's name. */
    static Optional<ProviderName> parse(String text) {
        return SHAPE.matcher(text).matches() && !RESERVED.contains(text)
                ? Optional.of(new ProviderName(text))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
