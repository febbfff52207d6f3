package dev.ghee.functions.function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.build.SourceMap;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shows stacks of compiled modules in the lines that the developer wrote. Blocking. */
@ApplicationScoped
class StackTraces {
    private static final Duration READ_LIMIT = Duration.ofSeconds(5);
    private static final int REMEMBERED_VERSIONS = 50;
    private static final Pattern FRAME =
            Pattern.compile("(?:file:///|/)?(" + Modules.FOLDER + "[\\w@./-]{1,300}\\.js):(\\d{1,7}):(\\d{1,7})");

    private final FunctionStore store;
    private final Cache<Version, Map<String, SourceMap>> maps =
            Caffeine.newBuilder().maximumSize(REMEMBERED_VERSIONS).build();

    StackTraces(FunctionStore store) {
        this.store = store;
    }

    private record Version(UUID function, int number) {}

    /** The row with its stack and its console's in the developer's lines; itself when it has none. */
    LogRow mapped(AppState app, LogRow row) {
        boolean frames = (row.stack() != null && hasFrame(row.stack()))
                || row.console().stream().anyMatch(line -> hasFrame(line.message()));
        if (!frames) {
            return row;
        }
        Map<String, SourceMap> known =
                maps.get(new Version(row.function(), row.version()), version -> read(app, version));
        return row.withFrames(text -> mapped(text, known));
    }

    private static boolean hasFrame(String text) {
        return text.contains(Modules.FOLDER);
    }

    private Map<String, SourceMap> read(AppState app, Version version) {
        Map<String, SourceMap> read = new HashMap<>();
        store.sourceMaps(app, version.function(), version.number())
                .await()
                .atMost(READ_LIMIT)
                .forEach((module, json) -> read.put(module, SourceMap.parse(json)));
        return read;
    }

    static String mapped(String text, Map<String, SourceMap> maps) {
        return FRAME.matcher(text).replaceAll(frame -> Matcher.quoteReplacement(mapped(frame, maps)));
    }

    private static String mapped(java.util.regex.MatchResult frame, Map<String, SourceMap> maps) {
        SourceMap map = maps.get(frame.group(1));
        return map == null
                ? frame.group()
                : map.original(Integer.parseInt(frame.group(2)), Integer.parseInt(frame.group(3)))
                        .map(SourceMap.Position::toString)
                        .orElse(frame.group());
    }
}
