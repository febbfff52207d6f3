package dev.ghee.control.auth.user;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.Contracts;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** The last user of a page. It is where to go on, not a right to see anything: any caller of the route may make one. */
record UserCursor(@JsonProperty("created_at") Instant createdAt, UUID id) {
    private static final int MAX_LENGTH = 512;

    String encode() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Contracts.write(this));
    }

    /** Empty when the text is no cursor. */
    @SuppressWarnings("ConstantValue")
    static Optional<UserCursor> decode(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            UserCursor cursor = Contracts.read(Base64.getUrlDecoder().decode(text), UserCursor.class);
            boolean whole = cursor != null && cursor.createdAt() != null && cursor.id() != null;
            return whole ? Optional.of(cursor) : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
