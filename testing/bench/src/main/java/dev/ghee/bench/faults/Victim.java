package dev.ghee.bench.faults;

import dev.ghee.testkit.Endpoints;
import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.OsProcess;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A component that is killed and that its launcher starts again. */
record Victim(String component, Supplier<Endpoints> endpoints) {
    private static final String GATEWAY = "realtime-gateway";

    /** All in turn, one kind after the other; each round another gateway. */
    static Victim of(int round, Supplier<Endpoints> endpoints) {
        String component = switch (round % 3) {
            case 0 -> {
                List<String> gateways = gateways(endpoints.get());
                yield gateways.get(round / 3 % gateways.size());
            }
            case 1 -> "kafka";
            default -> "postgres." + LocalStack.REGION;
        };
        return new Victim(component, endpoints);
    }

    private static List<String> gateways(Endpoints endpoints) {
        return Stream.iterate(1, number -> number + 1)
                .map(number -> number == 1 ? GATEWAY : GATEWAY + "-" + number)
                .takeWhile(name -> endpoints.find(name).isPresent())
                .toList();
    }

    /** As {@code kill -9}; returns the process that was. */
    OsProcess kill() throws InterruptedException {
        OsProcess process = endpoints.get().get(component).process();
        process.kill();
        return process;
    }

    /** Whether another process has taken its place, and answers. */
    boolean replaced(OsProcess killed) {
        return endpoints
                .get()
                .find(component)
                .map(Endpoints.Entry::process)
                .filter(now -> !now.equals(killed) && now.alive())
                .isPresent();
    }
}
