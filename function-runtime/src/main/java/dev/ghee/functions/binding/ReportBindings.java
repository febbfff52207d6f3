package dev.ghee.functions.binding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a call says what comes after its answer. */
final class ReportBindings {
    private static final int MAX_BYTES = 4 << 20;
    private static final Set<String> LEVELS = Set.of("log", "info", "warn", "error", "debug");
    private static final ObjectReader REPORT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readerFor(Wire.class);

    private ReportBindings() {}

    /** As the wrapper sends it, or as code that has found its way here makes it up. */
    private record Wire(
            @Nullable List<@Nullable WireLine> console,
            @Nullable WireError error) {
        Report report() {
            var lines = new ArrayList<Report.Line>();
            for (WireLine line : console == null ? List.<@Nullable WireLine>of() : console) {
                if (line != null && line.message() != null) {
                    lines.add(new Report.Line(level(line.level()), line.message(), time(line.timestamp())));
                }
            }
            return new Report(
                    lines,
                    error == null || error.message() == null
                            ? null
                            : new Report.Escaped(error.message(), error.stack()));
        }

        private static Instant time(@Nullable String timestamp) {
            try {
                return timestamp == null ? Instant.now() : Instant.parse(timestamp);
            } catch (DateTimeParseException e) {
                return Instant.now();
            }
        }

        private static String level(@Nullable String level) {
            return level != null && LEVELS.contains(level) ? level : "log";
        }
    }

    private record WireLine(
            @Nullable String level,
            @Nullable String message,
            @Nullable String timestamp) {}

    private record WireError(
            @Nullable String message, @Nullable String stack) {}

    /** {@code /late}: something was begun after the answer had gone out. */
    @ApplicationScoped
    static class Late implements Binding {
        @Override
        public String name() {
            return "late";
        }

        @Override
        public int maxBytes() {
            return MAX_BYTES;
        }

        @Override
        public Future<HostAnswer> answer(Invocation call, String path, HttpServerRequest request, Buffer body) {
            call.await();
            return Future.succeededFuture(HostAnswer.done());
        }
    }

    /** {@code /end}: nothing is left to do, and this is what was said. */
    @ApplicationScoped
    static class End implements Binding {
        private final Capabilities capabilities;

        End(Capabilities capabilities) {
            this.capabilities = capabilities;
        }

        @Override
        public String name() {
            return "end";
        }

        @Override
        public int maxBytes() {
            return MAX_BYTES;
        }

        @Override
        public Future<HostAnswer> answer(Invocation call, String path, HttpServerRequest request, Buffer body) {
            if (call.reported(parse(body))) {
                capabilities.end(call);
            }
            return Future.succeededFuture(HostAnswer.done());
        }

        private static Report parse(Buffer body) {
            try {
                Wire wire = REPORT.readValue(body.getBytes());
                return wire.report();
            } catch (JsonProcessingException e) {
                throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "That is no report");
            } catch (IOException e) {
                throw new IllegalStateException("Reading memory does not fail", e);
            }
        }
    }
}
