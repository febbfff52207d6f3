package dev.ghee.outbound;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What came back, whatever its status.
 *
 * @param contentType as sent, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OutboundResponse(int status, @Nullable String contentType, byte[] body) {
    public boolean ok() {
        return status >= 200 && status < 300;
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "OutboundResponse[" + status + ", " + body.length + " bytes]";
    }
}
