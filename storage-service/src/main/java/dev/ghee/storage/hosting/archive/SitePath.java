package dev.ghee.storage.hosting.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where a file is in its site: relative, with forward slashes, such as {@code assets/app.js}. Case matters. */
public record SitePath(String value) {
    private static final int MAX_BYTES = 512;
    private static final int MAX_SEGMENT_BYTES = 255;

    /** What archivers and file managers leave behind. */
    private static final Set<String> LITTER = Set.of("__macosx", "thumbs.db", "desktop.ini");

    /** The one hidden folder that is meant to be seen: RFC 8615. */
    private static final String WELL_KNOWN = ".well-known";

    /**
     * The path of what an archive or a file system calls by this name; backslashes, which some Windows programs write,
     * separate like slashes. Empty for what is no part of a site: names that begin with a dot, which hold secrets and
     * version control more often than pages, and litter.
     */
    public static Optional<SitePath> of(String name) throws InvalidSiteException {
        String slashed = name.replace('\\', '/');
        if (slashed.startsWith("/") || slashed.matches("[A-Za-z]:.*")) {
            throw refused("is absolute", name);
        }
        requireText(name);
        List<String> segments = new ArrayList<>();
        for (String segment : slashed.split("/", -1)) {
            if (segment.equals(".")) {
                continue;
            }
            if (segment.equals("..")) {
                throw refused("leads out of the site", name);
            }
            if (segment.isEmpty()) {
                throw refused("has an empty part", name);
            }
            if (bytes(segment) > MAX_SEGMENT_BYTES) {
                throw refused("has a part of more than " + MAX_SEGMENT_BYTES + " bytes", name);
            }
            segments.add(segment);
        }
        String path = String.join("/", segments);
        if (bytes(path) > MAX_BYTES) {
            throw refused("is longer than " + MAX_BYTES + " bytes", name);
        }
        return path.isEmpty() || segments.stream().anyMatch(SitePath::isHidden)
                ? Optional.empty()
                : Optional.of(new SitePath(path));
    }

    private static boolean isHidden(String segment) {
        return (segment.startsWith(".") && !segment.equals(WELL_KNOWN))
                || LITTER.contains(segment.toLowerCase(Locale.ROOT));
    }

    private static void requireText(String name) throws InvalidSiteException {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw refused("has control characters", name);
            }
        }
        try {
            ByteBuffer ignored = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(name));
            assert ignored != null;
        } catch (CharacterCodingException e) {
            throw new InvalidSiteException("A file's name is not Unicode text", e);
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static InvalidSiteException refused(String why, String name) {
        return new InvalidSiteException("The path of a file " + why + ": " + shown(name));
    }

    /** A name as it may be shown to its owner: short, and on one line. */
    static String shown(String name) {
        String line = name.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        return line.length() > 100 ? line.substring(0, 100) + "…" : line;
    }

    /** The part before the first slash; empty when there is none. */
    String topFolder() {
        int slash = value.indexOf('/');
        return slash < 0 ? "" : value.substring(0, slash);
    }

    SitePath withoutTopFolder() {
        return new SitePath(value.substring(value.indexOf('/') + 1));
    }

    @Override
    public String toString() {
        return value;
    }
}
