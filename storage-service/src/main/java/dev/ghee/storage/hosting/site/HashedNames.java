package dev.ghee.storage.hosting.site;

import java.util.regex.Pattern;

/** Tells files whose name changes with their content: whoever has one need never ask for it again. */
final class HashedNames {
    /** Next.js puts nothing else there. */
    private static final String NEXT = "_next/static/";
    /** Vite puts nothing else there, but for what somebody wrote to {@code public/assets}. */
    private static final String VITE = "assets/";

    /** {@code main.3f2a9c1b.js}, {@code 8b1a9953c4611296.css}: hex with a digit and a letter, so no date and no word. */
    private static final Pattern HEX =
            Pattern.compile("(?:^|[.-])(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,64}(?:\\.[a-z0-9]+)+$");
    /** {@code index-BwQd8x1y.js}: eight of base64url that are no word. */
    private static final Pattern VITE_HASH =
            Pattern.compile("-(?=[\\w-]*[0-9_]|[\\w-]*[a-z][\\w-]*[A-Z])[\\w-]{8}(?:\\.[a-z0-9]+)+$");
    /** Of a site of unknown making, only what bundlers name: pictures have names that people gave them. */
    private static final Pattern CODE = Pattern.compile("\\.(?:js|mjs|css)$");

    private HashedNames() {}

    static boolean isHashed(String path, Framework framework) {
        if (path.startsWith(NEXT)) {
            return true;
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        return HEX.matcher(name).find()
                || (path.startsWith(VITE)
                        && (framework == Framework.REACT_VITE
                                || (framework == Framework.OTHER
                                        && CODE.matcher(name).find()))
                        && VITE_HASH.matcher(name).find());
    }
}
