package dev.ghee.storage.content;

import io.vertx.core.MultiMap;

/** What a request says of the content that its sender has already. Source: RFC 9110, 13. */
final class Preconditions {
    private Preconditions() {}

    /** Whether the sender has this content. @param etag with its quotes */
    static boolean unchanged(MultiMap headers, String etag) {
        for (String header : headers.getAll("If-None-Match")) {
            for (String known : header.split(",", -1)) {
                String tag = known.strip();
                if (tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a range means this content: without {@code If-Range} it always does. */
    static boolean rangeHolds(MultiMap headers, String etag) {
        String ifRange = headers.get("If-Range");
        return ifRange == null || ifRange.strip().equals(etag);
    }
}
