package dev.ghee.realtime.socket;

import dev.ghee.realtime.filter.InvalidFilterException;
import dev.ghee.realtime.socket.SubscribeRequest.From;
import dev.ghee.realtime.stream.AppStreams;
import dev.ghee.realtime.subscription.Cursor;
import dev.ghee.realtime.subscription.CursorCodec;
import dev.ghee.realtime.subscription.Filter;
import dev.ghee.realtime.subscription.Start;
import dev.ghee.realtime.subscription.Subscriber;
import dev.ghee.realtime.subscription.Subscription;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The subscriptions of one open socket. On its event loop only. */
final class SocketSubscriptions {
    private static final Logger LOG = Logger.getLogger(SocketSubscriptions.class);

    private final Subscriber subscriber;
    private final Wire wire;
    private final SocketConfig limits;
    private final Services services;
    private Identity identity;

    /** The newest request for each table that is about to be subscribed to. */
    private final Map<String, Long> pending = new HashMap<>();

    private final Set<String> served = new HashSet<>();
    /** Of the newest request for each table, served or not. */
    private final Map<String, Integer> lengths = new HashMap<>();

    private long requests;
    private boolean ended;

    /** What subscribing takes. */
    record Services(AppStreams streams, FilterChecks checks, CursorCodec cursors) {}

    SocketSubscriptions(Subscriber subscriber, Wire wire, SocketConfig limits, Services services, Identity identity) {
        this.subscriber = subscriber;
        this.wire = wire;
        this.limits = limits;
        this.services = services;
        this.identity = identity;
    }

    /** Subscribes, or says why not; an earlier subscription to the table then stays as it is. */
    void subscribe(SubscribeRequest request) {
        String table = request.table();
        if (!fits(request)) {
            wire.write(ServerFrame.error("Too many subscriptions", table));
            return;
        }
        lengths.put(table, request.length());
        long number = ++requests;
        pending.put(table, number);
        services.checks()
                .filter(identity.app(), identity.viewer().role(), request)
                .thenCompose(filter -> services.streams()
                        .open(identity.app(), table)
                        .thenApply(live -> new Ready(request, filter, live)))
                .whenComplete(
                        (ready, failure) -> subscriber.loop().execute(() -> answer(table, number, ready, failure)));
    }

    private boolean fits(SubscribeRequest request) {
        Integer replaced = lengths.get(request.table());
        int total = lengths.values().stream().mapToInt(Integer::intValue).sum() + request.length();
        return replaced == null
                ? lengths.size() < limits.subscriptions() && total <= limits.subscriptionsLength()
                : total - replaced <= limits.subscriptionsLength();
    }

    private record Ready(SubscribeRequest request, Filter filter, boolean live) {}

    void unsubscribe(String table) {
        pending.remove(table);
        lengths.remove(table);
        if (served.remove(table)) {
            services.streams().unsubscribe(identity.app().appId(), subscriber, table);
        }
        wire.write(ServerFrame.unsubscribed(table));
    }

    /** The same caller has a newer token: everything is judged by its claims from now on. */
    void renew(Identity fresh) {
        identity = fresh;
        services.streams().renew(fresh.app().appId(), subscriber, fresh.viewer());
    }

    /** The socket is gone. */
    void end() {
        ended = true;
        pending.clear();
        lengths.clear();
        served.forEach(table -> services.streams().unsubscribe(identity.app().appId(), subscriber, table));
        served.clear();
    }

    private void answer(String table, long number, @Nullable Ready ready, @Nullable Throwable failure) {
        Long newest = pending.get(table);
        if (ended || newest == null || newest != number) {
            return;
        }
        pending.remove(table);
        if (ready == null) {
            refuse(table, failure);
        } else {
            serve(ready);
        }
    }

    private void refuse(String table, @Nullable Throwable failure) {
        if (!served.contains(table)) {
            lengths.remove(table);
        }
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof InvalidFilterException invalid) {
            wire.write(ServerFrame.error(invalid.text(), table));
        } else {
            LOG.warnf("Subscription failed: app=%s cause=%s", identity.app().appId(), cause);
            wire.write(ServerFrame.error("Subscribing to \"" + table + "\" failed, try again", table));
        }
    }

    /** The subscription is in place before its acknowledgement leaves, and both before any change: one loop. */
    private void serve(Ready ready) {
        SubscribeRequest request = ready.request();
        String table = request.table();
        Optional<Start> start = start(request.from());
        served.add(table);
        Optional<Cursor> joined = services.streams()
                .subscribe(
                        identity.app(),
                        new Subscription(
                                subscriber,
                                identity.viewer(),
                                table,
                                ready.filter(),
                                request.columns(),
                                request.events(),
                                start.orElse(Start.LIVE)));
        wire.write(ServerFrame.subscribed(table, request.echo(), joined.map(this::place)));
        if (!ready.live()) {
            wire.write(ServerFrame.notLive(table));
        }
        if (start.isEmpty()) {
            wire.write(ServerFrame.resync(table, "cursor_invalid"));
        } else if (joined.isEmpty() && !(start.get() instanceof Start.Live)) {
            wire.write(ServerFrame.resync(table, "not_live"));
        }
    }

    private ServerFrame.Place place(Cursor cursor) {
        return new ServerFrame.Place(
                cursor.commitLsn(),
                services.cursors().writer(identity.app().appId()).write(cursor));
    }

    /** Empty for a cursor that is none of this app's. */
    private Optional<Start> start(From from) {
        return switch (from) {
            case From.Now _ -> Optional.of(Start.LIVE);
            case From.Snapshot _ -> Optional.of(new Start.Snapshot());
            case From.Since(String text) -> {
                Optional<Cursor> cursor =
                        services.cursors().decode(identity.app().appId(), text);
                yield cursor.map(Start.Since::new);
            }
        };
    }
}
