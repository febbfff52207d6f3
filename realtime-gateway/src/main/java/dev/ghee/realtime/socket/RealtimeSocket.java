package dev.ghee.realtime.socket;

import dev.ghee.realtime.presence.Member;
import dev.ghee.realtime.presence.PresenceRooms;
import dev.ghee.realtime.stream.AppStreams;
import dev.ghee.realtime.subscription.Subscriber;
import dev.ghee.realtime.subscription.Subscription;
import io.micrometer.core.instrument.Counter;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client. Everything happens on its event loop. Frames that arrive while the credential is being checked wait, in
 * order, up to a limit.
 */
final class RealtimeSocket implements Subscriber {
    private static final Logger LOG = Logger.getLogger(RealtimeSocket.class);
    /** After this long without the client's answer to our close, the connection is cut. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final ServerWebSocket webSocket;
    private final Wire wire;
    private final SocketConfig config;
    private final Services services;
    private final String app;
    private final @Nullable String token;
    private final FrameRate rate;
    private final String clientId = UUID.randomUUID().toString();

    private Phase phase = new Phase.Checking(new ArrayDeque<>());
    /** The newest request for each table that is subscribed to, or about to be. */
    private final Map<String, Long> tables = new HashMap<>();

    private final List<Long> timers = new java.util.ArrayList<>();
    private long requests;

    /** What sockets use. */
    record Services(AppStreams streams, PresenceRooms presence, Counter slowClients) {}

    /** Where the socket is in its life. */
    private sealed interface Phase {
        /** @param early frames that arrived meanwhile */
        record Checking(Deque<String> early) implements Phase {}

        record Open(Identity identity, Member member) implements Phase {}

        record Closed() implements Phase {}
    }

    RealtimeSocket(
            Vertx vertx,
            ServerWebSocket webSocket,
            Wire wire,
            SocketConfig config,
            Services services,
            String app,
            @Nullable String token) {
        this.vertx = vertx;
        this.webSocket = webSocket;
        this.wire = wire;
        this.config = config;
        this.services = services;
        this.app = app;
        this.token = token;
        this.rate = new FrameRate(config.frameBurst(), config.framesPerSecond(), System.nanoTime());
    }

    /** To be called at once when the connection is upgraded, so that no frame is missed. */
    void listen() {
        webSocket.textMessageHandler(this::received);
        webSocket.binaryMessageHandler(_ -> received(""));
        webSocket.exceptionHandler(e -> {
            LOG.debugf("Socket failed: cause=%s", e.getMessage());
            // Either the connection broke, and nothing is heard of this, or a message was larger than allowed.
            refuse(new RefusedException(CloseReason.FRAME_TOO_LARGE, "Message too large"));
        });
        timers.add(vertx.setTimer(config.authLimit().toMillis(), _ -> {
            if (phase instanceof Phase.Checking) {
                refuse(new RefusedException(CloseReason.AUTH_FAILED, "Authentication took too long"));
            }
        }));
    }

    String app() {
        return app;
    }

    @Nullable
    String token() {
        return token;
    }

    @Nullable
    Identity identity() {
        return phase instanceof Phase.Open(Identity identity, var _) ? identity : null;
    }

    /** The credential is good: frames that waited are dealt with now. */
    void open(Identity identity) {
        if (!(phase instanceof Phase.Checking(Deque<String> early))) {
            return;
        }
        phase = new Phase.Open(identity, new Member(this, clientId, identity.userId()));
        wire.write(
                ServerFrame.connected(identity.app().appId(), identity.viewer().role()));
        timers.add(vertx.setPeriodic(
                config.heartbeat().toMillis(), _ -> wire.write(ServerFrame.heartbeat(Instant.now()))));
        identity.expiresAt().ifPresent(this::endAt);
        early.forEach(this::handle);
    }

    private void endAt(Instant expiry) {
        long millis = Math.max(1, Duration.between(Instant.now(), expiry).toMillis());
        timers.add(vertx.setTimer(
                millis, _ -> refuse(new RefusedException(CloseReason.AUTH_FAILED, "The credential has expired"))));
    }

    /** Says why, and closes. */
    void refuse(RefusedException refused) {
        if (!(phase instanceof Phase.Closed)) {
            wire.write(ServerFrame.error(refused.text()));
            close(refused.reason());
        }
    }

    void close(CloseReason reason) {
        if (phase instanceof Phase.Closed) {
            return;
        }
        gone();
        webSocket.close(reason.code(), reason.text());
        vertx.setTimer(CLOSE_LIMIT.toMillis(), _ -> wire.cut());
    }

    /** The connection has ended, whoever ended it. */
    void gone() {
        Phase last = phase;
        phase = new Phase.Closed();
        timers.forEach(vertx::cancelTimer);
        timers.clear();
        if (last instanceof Phase.Open(Identity identity, Member member)) {
            tables.keySet()
                    .forEach(table ->
                            services.streams().unsubscribe(identity.app().appId(), this, table));
            services.presence().leave(identity.app().appId(), member);
        }
        tables.clear();
    }

    @Override
    public Executor loop() {
        return wire.loop();
    }

    @Override
    public void send(List<ByteBuf> frames) {
        if (!(phase instanceof Phase.Open)) {
            frames.forEach(ByteBuf::release);
        } else if (wire.queuedBytes() > config.maxQueuedBytes()) {
            frames.forEach(ByteBuf::release);
            services.slowClients().increment();
            close(CloseReason.SLOW_CONSUMER);
        } else {
            wire.write(frames);
        }
    }

    @Override
    public long queuedBytes() {
        return wire.queuedBytes();
    }

    private void received(String text) {
        if (!rate.allows(System.nanoTime())) {
            refuse(new RefusedException(CloseReason.TOO_MANY_FRAMES, "Too many messages"));
            return;
        }
        if (phase instanceof Phase.Checking(Deque<String> early)) {
            early.add(text);
            if (early.size() > config.framesBeforeAuth()) {
                refuse(new RefusedException(CloseReason.TOO_MANY_FRAMES, "Too many messages"));
            }
        } else {
            handle(text);
        }
    }

    private void handle(String text) {
        if (!(phase instanceof Phase.Open(Identity identity, Member member))) {
            return;
        }
        switch (ClientFrame.parse(text)) {
            case ClientFrame.Subscribe subscribe -> subscribe(identity, subscribe);
            case ClientFrame.Unsubscribe(String table) -> {
                tables.remove(table);
                services.streams().unsubscribe(identity.app().appId(), this, table);
                wire.write(ServerFrame.unsubscribed(table));
            }
            case ClientFrame.PresenceTrack(var metadata) ->
                services.presence().track(identity.app().appId(), member, metadata);
            case ClientFrame.PresenceUpdate(var metadata) ->
                services.presence().update(identity.app().appId(), member, metadata);
            case ClientFrame.Event(String event) -> wire.write(ServerFrame.error("No handler for event: " + event));
            case ClientFrame.Invalid(String message) -> wire.write(ServerFrame.error(message));
        }
    }

    private void subscribe(Identity identity, ClientFrame.Subscribe subscribe) {
        if (!tables.containsKey(subscribe.table()) && tables.size() >= config.subscriptions()) {
            wire.write(ServerFrame.error("Too many subscriptions"));
            return;
        }
        long request = ++requests;
        tables.put(subscribe.table(), request);
        services.streams()
                .open(identity.app(), subscribe.table())
                .whenComplete((live, failure) ->
                        loop().execute(() -> subscribed(identity, subscribe, request, live, failure)));
    }

    /** The subscription is in place before its acknowledgement leaves, and both before any change: one loop. */
    private void subscribed(
            Identity identity,
            ClientFrame.Subscribe subscribe,
            long request,
            @Nullable Boolean live,
            @Nullable Throwable failure) {
        Long newest = tables.get(subscribe.table());
        if (newest == null || newest != request) {
            return;
        }
        if (failure != null) {
            LOG.warnf("Subscription failed: app=%s cause=%s", identity.app().appId(), failure.getMessage());
            tables.remove(subscribe.table());
            wire.write(ServerFrame.error("Subscribing to \"" + subscribe.table() + "\" failed, try again"));
            return;
        }
        services.streams()
                .subscribe(
                        identity.app(),
                        new Subscription(this, identity.viewer(), subscribe.table(), subscribe.filter()));
        wire.write(ServerFrame.subscribed(subscribe.table(), subscribe.echo()));
        if (!Boolean.TRUE.equals(live)) {
            wire.write(ServerFrame.notLive(subscribe.table()));
        }
    }
}
