package dev.ghee.contracts;

/** Kafka topics. Compacted topics carry whole states keyed by id; the others carry events. */
public final class Topics {
    /** Compacted: app id to {@link AppState}. */
    public static final String APPS = "ghee.apps";

    /** Compacted: hex SHA-256 of the key to {@link ApiKeyState}. */
    public static final String API_KEYS = "ghee.api-keys";

    /** Row changes, keyed by app id: {@link RowChanges}. */
    public static final String CHANGES = "ghee.changes";

    /** What somebody did to an app, keyed by app id: {@link AuditEvent}. */
    public static final String AUDIT = "ghee.audit";

    /** Signs of life of realtime-gateway's processes, keyed by replica id: {@link ReplicaState}. */
    public static final String REALTIME_REPLICAS = "ghee.realtime-replicas";

    /** Compacted: {@code <appId>/<clientId>} to {@link PresenceState}. */
    public static final String PRESENCE = "ghee.presence";

    /** What ended a user's tokens, keyed by app id and user id: {@link UserEvent}. */
    public static final String USER_EVENTS = "ghee.user-events";

    /** What apps' functions are to hear of, keyed by app id, user id and event id: {@link AuthEvent}. */
    public static final String FUNCTIONS = "ghee.functions";

    /** Which apps' functions are no longer as they were, keyed by app id: {@link FunctionsChanged}. */
    public static final String FUNCTION_CHANGES = "ghee.function-changes";

    /** What clients of realtime-gateway want functions to hear, keyed by app id: {@link SocketEvent}. */
    public static final String SOCKET_EVENTS = "ghee.socket-events";

    /** What the functions answered: {@link SocketEventReply}. */
    public static final String SOCKET_EVENT_REPLIES = "ghee.socket-event-replies";

    /** Which apps' queues have got messages, keyed by app id: {@link QueueWoken}. */
    public static final String QUEUES = "ghee.queues";

    /** What became of apps' stored objects, keyed by app id: {@link ObjectEvent}. */
    public static final String OBJECTS = "ghee.objects";

    /** Which apps' sites are no longer as they were, keyed by app id: {@link SiteChanged}. */
    public static final String SITE_CHANGES = "ghee.site-changes";

    private Topics() {}
}
