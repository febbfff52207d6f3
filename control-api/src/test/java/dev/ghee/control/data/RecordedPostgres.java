package dev.ghee.control.data;

import dev.ghee.testkit.FlightRecorder;
import dev.ghee.testkit.LocalStack;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Puts a recorder between control-api and Postgres; a test's {@link IntSupplier} field counts requests' flights. */
public final class RecordedPostgres implements QuarkusTestResourceLifecycleManager {
    private static final String ADDRESS = "ghee.regions." + LocalStack.REGION + ".postgres.";

    private @Nullable FlightRecorder recorder;

    @Override
    public int order() {
        return 1;
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> stack = LocalStack.shared().configuration();
        try {
            recorder = new FlightRecorder(
                    stack.getOrDefault(ADDRESS + "host", ""),
                    Integer.parseInt(stack.getOrDefault(ADDRESS + "port", "")),
                    "ghee_authenticator");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(ADDRESS + "port", Integer.toString(recorder.port()));
    }

    @Override
    public void inject(TestInjector injector) {
        FlightRecorder recording = recorder;
        if (recording != null) {
            IntSupplier flights = recording::flights;
            injector.injectIntoFields(flights, new TestInjector.MatchesType(IntSupplier.class));
        }
    }

    @Override
    public void stop() {
        FlightRecorder recording = recorder;
        if (recording != null) {
            try {
                recording.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
