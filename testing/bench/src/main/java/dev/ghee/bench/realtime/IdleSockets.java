package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * What the gateway's memory is with thousands of subscribed sockets that get nothing, each of a user of its own; held
 * by other processes, from addresses of their own, for want of file descriptors and ports. In the end all get one
 * change, so that they are known to be alive.
 */
final class IdleSockets implements Scenario {
    private static final int SOCKETS = 20_000;
    private static final int SOCKETS_PER_PROCESS = 7000;
    private static final int CLIENT_HEAP_MEGABYTES = 512;
    /** Files of the gateway's that are no sockets of clients. */
    private static final int OTHER_FILES = 500;

    private static final long BAR_MEGABYTES = 1536;
    /** Longer than the time between heartbeats. */
    private static final long IDLE_SECONDS = 40;

    @Override
    public String name() {
        return "idle-sockets";
    }

    @Override
    public void run(Run run) throws Exception {
        long gateway = run.endpoints().get(Run.GATEWAY).process().pid();
        int wanted = run.options().scaled(SOCKETS);
        int sockets = (int) Math.min(wanted, maxFiles(gateway) - OTHER_FILES);
        if (sockets < wanted) {
            run.say("%,d sockets: the limit of open files (%,d) allows no more", sockets, maxFiles(gateway));
        }
        List<ChildJvm> clients = new ArrayList<>();
        try (RealtimeApp app = RealtimeApp.create(run.stack())) {
            Feed feed = Feed.into(app, OwnerRate.OWNER + " OR owner_id = 'u0'", 1);
            long before = ProcessUsage.resident(gateway);
            List<Crowd.Seat> seats = Stage.seats(app, sockets);
            for (int from = 0; from < sockets; from += SOCKETS_PER_PROCESS) {
                clients.add(client(run, seats.subList(from, Math.min(sockets, from + SOCKETS_PER_PROCESS)), clients));
            }
            run.say("%,d sockets connected and subscribed; gateway %d MB", sockets, ProcessUsage.resident(gateway));
            ProcessUsage usage = run.usage();
            LockSupport.parkNanos(
                    (long) (IDLE_SECONDS * 1e9 * Math.min(1, 2 * run.options().scale())));
            run.say("idle: %s", usage.report());
            long idle = ProcessUsage.resident(gateway);
            feed.burst(1);
            long reached = 0;
            for (ChildJvm client : clients) {
                client.say("report");
                reached += Long.parseLong(client.hear());
            }
            if (reached != sockets) {
                run.incomplete("idle sockets: a change reached " + reached + " of " + sockets);
            }
            run.say("gateway %d MB before, %d MB after a change to all", before, ProcessUsage.resident(gateway));
            run.add(new Result(
                    String.format(Locale.ROOT, "%,d idle sockets, memory", sockets),
                    idle + " MB",
                    "",
                    "",
                    "<= 1.5 GB",
                    idle <= BAR_MEGABYTES));
        } finally {
            clients.forEach(ChildJvm::close);
        }
    }

    private static ChildJvm client(Run run, List<Crowd.Seat> seats, List<ChildJvm> others) throws IOException {
        var address = run.gateway();
        ChildJvm client = ChildJvm.start(
                IdleClients.class,
                CLIENT_HEAP_MEGABYTES,
                address.getHostString(),
                Integer.toString(address.getPort()),
                "127.0.0." + (2 + others.size()));
        seats.forEach(seat -> client.say(seat.path() + " " + seat.hello()));
        client.say("");
        client.hear();
        return client;
    }

    /** The most files that a process may open; without such a thing, as many as it likes. */
    private static long maxFiles(long pid) throws IOException {
        Path limits = Path.of("/proc", Long.toString(pid), "limits");
        if (!Files.exists(limits)) {
            return Integer.MAX_VALUE;
        }
        return Files.readAllLines(limits).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+")[3])
                .mapToLong(limit -> limit.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(limit))
                .findFirst()
                .orElse(Integer.MAX_VALUE);
    }
}
