package dev.ghee.realtime.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.realtime.event.EventOutcome;
import dev.ghee.realtime.event.FunctionEvents;
import dev.ghee.realtime.presence.Member;
import dev.ghee.realtime.presence.PresenceRooms;
import dev.ghee.realtime.subscription.Subscriber;
import io.micrometer.core.instrument.Counter;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client. Everything happens on its event loop. Frames that arrive while the credential is being checked wait, in
 * order, up to a limit.
 */
final class RealtimeSocket implements Subscriber, QueueLimit.Client {
    private static final Logger LOG = Logger.getLogger(RealtimeSocket.class);
    /** After this long without the client's answer to our close, the connection is cut. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final ServerWebSocket webSocket;
    private final Wire wire;
    private final SocketConfig config;
    private final Services services;
    private final String app;
    private final FrameRate rate;
    private final TokenTimers tokenTimers;
    private final String clientId = UUID.randomUUID().toString();

    private Phase phase = new Phase.Checking(new ArrayDeque<>());
    private final List<Long> timers = new java.util.ArrayList<>();
    private volatile @Nullable String token;
    private volatile boolean closing;
    private long renewals;
    private int eventsWaiting;

    /** What sockets use. */
    record Services(
            SocketAuth auth,
            SocketSubscriptions.Services subscriptions,
            PresenceRooms presence,
            FunctionEvents events,
            Counter slowClients) {}

    /** Where the socket is in its life. */
    private sealed interface Phase {
        /** @param early frames that arrived meanwhile */
        record Checking(Deque<String> early) implements Phase {}

        record Open(Identity identity, Member member, SocketSubscriptions subscriptions) implements Phase {}

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
        this.tokenTimers = new TokenTimers(vertx);
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

    /** From any thread. */
    @Nullable
    String token() {
        return token;
    }

    /** None once it is being closed. */
    @Override
    public long queuedBytes() {
        return closing ? 0 : wire.queuedBytes();
    }

    @Nullable
    Identity identity() {
        return phase instanceof Phase.Open open ? open.identity() : null;
    }

    /** The credential is good: frames that waited are dealt with now. */
    void open(Identity identity) {
        if (!(phase instanceof Phase.Checking(Deque<String> early))) {
            return;
        }
        phase = new Phase.Open(
                identity,
                new Member(this, clientId, identity.userId()),
                new SocketSubscriptions(this, wire, config, services.subscriptions(), identity));
        wire.write(
                ServerFrame.connected(identity.app().appId(), identity.viewer().role()));
        timers.add(vertx.setPeriodic(
                config.heartbeat().toMillis(), _ -> wire.write(ServerFrame.heartbeat(Instant.now()))));
        watch(identity.credential());
        early.forEach(this::handle);
    }

    private void watch(Identity.Credential credential) {
        tokenTimers.start(
                credential,
                () -> credential.expiresAt().ifPresent(expiry -> wire.write(ServerFrame.tokenExpiring(expiry))),
                () -> refuse(new RefusedException(CloseReason.AUTH_FAILED, "The credential has expired")));
    }

    /** The client has a newer token. Of several that are being checked at once, the last one counts. */
    private void renew(String newer) {
        long renewal = ++renewals;
        services.auth()
                .identify(app, newer)
                .subscribe()
                .with(
                        fresh -> loop().execute(() -> {
                            if (renewal == renewals) {
                                renewed(newer, fresh);
                            }
                        }),
                        failure -> loop().execute(() -> refuse(RefusedException.of(failure))));
    }

    private void renewed(String newer, Identity fresh) {
        if (!(phase instanceof Phase.Open(Identity known, Member member, SocketSubscriptions subscriptions))) {
            return;
        }
        if (!known.isSameCallerAs(fresh)) {
            refuse(new RefusedException(CloseReason.AUTH_FAILED, "The token is somebody else's"));
            return;
        }
        phase = new Phase.Open(fresh, member, subscriptions);
        token = newer;
        watch(fresh.credential());
        subscriptions.renew(fresh);
        wire.write(ServerFrame.authenticated(fresh));
    }

    /** The credential of before may be void by now: it is checked again, unless a newer one takes its place. */
    void checkAgain() {
        String checked = token;
        services.auth()
                .identify(app, checked)
                .subscribe()
                .with(
                        _ -> {},
                        failure -> loop().execute(() -> {
                            if (Objects.equals(checked, token)) {
                                refuse(RefusedException.of(failure));
                            }
                        }));
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
        closing = true;
        timers.forEach(vertx::cancelTimer);
        timers.clear();
        tokenTimers.cancel();
        if (last instanceof Phase.Open(Identity identity, Member member, SocketSubscriptions subscriptions)) {
            subscriptions.end();
            services.presence().leave(identity.app().appId(), member);
        }
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
            tooSlow();
        } else {
            wire.write(frames);
        }
    }

    @Override
    public void drop() {
        loop().execute(this::tooSlow);
    }

    /** Lets the app's function hear of the event. Its answers come in the order in which they are ready. */
    private void run(Identity identity, String event, JsonNode payload) {
        if (eventsWaiting >= config.eventsWaiting()) {
            wire.write(ServerFrame.error("Too many events wait for their answers"));
            return;
        }
        eventsWaiting++;
        services.events()
                .call(
                        identity.app().appId(),
                        identity.viewer(),
                        event,
                        payload,
                        outcome -> loop().execute(() -> {
                            eventsWaiting--;
                            if (phase instanceof Phase.Open) {
                                wire.write(
                                        switch (outcome) {
                                            case EventOutcome.Answered(JsonNode data) ->
                                                ServerFrame.eventResponse(event, data);
                                            case EventOutcome.NoHandler() ->
                                                ServerFrame.error("No handler for event: " + event);
                                            case EventOutcome.Failed() ->
                                                ServerFrame.error("Event handler execution failed");
                                        });
                            }
                        }));
    }

    private void tooSlow() {
        if (phase instanceof Phase.Open) {
            services.slowClients().increment();
            close(CloseReason.SLOW_CONSUMER);
        }
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
        if (!(phase instanceof Phase.Open(Identity identity, Member member, SocketSubscriptions subscriptions))) {
            return;
        }
        switch (ClientFrame.parse(text)) {
            case ClientFrame.Subscribe(SubscribeRequest request) -> subscriptions.subscribe(request);
            case ClientFrame.Unsubscribe(String table) -> subscriptions.unsubscribe(table);
            case ClientFrame.PresenceTrack(var metadata) ->
                services.presence().track(identity.app().appId(), member, metadata);
            case ClientFrame.PresenceUpdate(var metadata) ->
                services.presence().update(identity.app().appId(), member, metadata);
            case ClientFrame.Event(String event, var payload) -> run(identity, event, payload);
            case ClientFrame.Auth(String newer) -> renew(newer);
            case ClientFrame.Invalid(String message, var table) -> wire.write(ServerFrame.error(message, table));
        }
    }
}
