package dev.ghee.control.auth.oauth;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a browser brings back from a provider. A parameter that comes twice is no parameter.
 *
 * @param issuer which provider it says it is: RFC 9207
 * @param user what Apple's page says of a new user
 */
record Returned(
        @Nullable String code,
        @Nullable String state,
        @Nullable String error,
        @Nullable String issuer,
        @Nullable String user) {
    private static final int MAX_LENGTH = 8192;

    static Returned of(MultivaluedMap<String, String> sent) {
        return new Returned(
                one(sent, "code"), one(sent, "state"), one(sent, "error"), one(sent, "iss"), one(sent, "user"));
    }

    private static @Nullable String one(MultivaluedMap<String, String> sent, String name) {
        List<String> values = sent.get(name);
        if (values == null || values.size() != 1 || values.getFirst() == null) {
            return null;
        }
        String value = values.getFirst();
        return value.isEmpty() || value.length() > MAX_LENGTH || value.indexOf('\0') >= 0 ? null : value;
    }

    @Override
    public String toString() {
        return "Returned[…]";
    }
}
