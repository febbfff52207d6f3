package dev.ghee.functions.invoke;

import dev.ghee.contracts.AppId;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which function a path is about: the function gets to see the path as it is. */
record FunctionPath(AppId app, String function) {
    private static final String PREFIX = "/v1/";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

    /** Of {@code /v1/<app>/<family>/<function>} with or without more behind it; empty for anything else. */
    static Optional<FunctionPath> of(String path, String family) {
        int appEnd = path.indexOf('/', PREFIX.length());
        String middle = "/" + family + "/";
        if (!path.startsWith(PREFIX) || appEnd < 0 || !path.startsWith(middle, appEnd)) {
            return Optional.empty();
        }
        int start = appEnd + middle.length();
        int end = path.indexOf('/', start);
        String app = path.substring(PREFIX.length(), appEnd);
        String name = path.substring(start, end < 0 ? path.length() : end);
        return AppId.isValid(app) && NAME.matcher(name).matches()
                ? Optional.of(new FunctionPath(new AppId(app), name))
                : Optional.empty();
    }
}
