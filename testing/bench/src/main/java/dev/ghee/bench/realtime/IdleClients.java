package dev.ghee.bench.realtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A process full of sockets. Told their paths and first frames line by line until an empty line, it connects them and
 * says so; told {@code report}, it waits for a change to each and says how many came, or 0 when anything else did.
 */
final class IdleClients {
    private static final int QUIET_SECONDS = 10;

    private IdleClients() {}

    /** Arguments: host and port of the server, address to connect from. */
    public static void main(String[] args) throws IOException, InterruptedException {
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                var crowd = new Crowd(
                        new InetSocketAddress(args[0], Integer.parseInt(args[1])), Crowd.Check.CONSECUTIVE, args[2])) {
            List<Crowd.Seat> seats = new ArrayList<>();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                int space = line.indexOf(' ');
                seats.add(new Crowd.Seat(line.substring(0, space), line.substring(space + 1)));
            }
            crowd.seat(seats);
            System.out.println("connected");
            while (in.readLine() != null) {
                crowd.await(seats.size(), QUIET_SECONDS);
                Reception reception = crowd.reception();
                if (!reception.isExactly(seats.size())) {
                    System.err.println(reception.faults(seats.size()));
                }
                System.out.println(reception.isExactly(seats.size()) ? reception.received() : 0);
            }
        }
        System.exit(0);
    }
}
