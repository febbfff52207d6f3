package dev.ghee.realtime.socket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppId;
import dev.ghee.realtime.subscription.Role;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Frames that concern one client alone. */
final class ServerFrame {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private ServerFrame() {}

    static String connected(AppId app, Role role) {
        return frame("connected")
                .put("app_id", app.value())
                .put("role", role.database())
                .toString();
    }

    /** @param filter missing or null when there is none */
    static String subscribed(String table, JsonNode filter) {
        ObjectNode frame = frame("subscribed").put("table", table);
        if (filter.isObject()) {
            frame.set("filter", filter);
        }
        return frame.toString();
    }

    static String unsubscribed(String table) {
        return frame("unsubscribed").put("table", table).toString();
    }

    static String notLive(String table) {
        return frame("warning")
                .put("code", "TABLE_NOT_REALTIME_ENABLED")
                .put("table", table)
                .put("message", "Table \"" + table + "\" is not live, so its changes are not sent")
                .put("remediation", "Enable it with POST /v1/{app}/realtime/configure.")
                .toString();
    }

    static String heartbeat(Instant now) {
        return frame("heartbeat").put("timestamp", ISO.format(now)).toString();
    }

    static String error(String message) {
        return frame("error").put("message", message).toString();
    }

    private static ObjectNode frame(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
