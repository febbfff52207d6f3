package dev.ghee.edge.routes;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern such as <code>/v1/{app}/realtime/**</code>. Ordered by precedence: the pattern that sorts first wins. Two
 * patterns are compared segment by segment: a literal comes before <code>{name}</code>, that before the pattern's end,
 * and that before {@code **}, which fits the empty rest, too.
 */
final class PathPattern implements Comparable<PathPattern> {
    private sealed interface Segment {
        record Literal(String text) implements Segment {}

        record AnyOne() implements Segment {}

        record AnyRest() implements Segment {}
    }

    private final String source;
    private final Segment[] segments;

    private PathPattern(String source, List<Segment> segments) {
        this.source = source;
        this.segments = segments.toArray(Segment[]::new);
    }

    /** Fails with {@link IllegalArgumentException} when the text is no pattern. */
    static PathPattern parse(String source) {
        if (!source.startsWith("/")) {
            throw new IllegalArgumentException("Pattern must start with /: " + source);
        }
        var segments = new ArrayList<Segment>();
        String[] parts = source.substring(1).split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part.equals("**")) {
                if (i != parts.length - 1) {
                    throw new IllegalArgumentException("** must be the last segment: " + source);
                }
                segments.add(new Segment.AnyRest());
            } else if (part.startsWith("{") && part.endsWith("}")) {
                segments.add(new Segment.AnyOne());
            } else if (part.contains("*") || part.contains("{") || part.isEmpty()) {
                throw new IllegalArgumentException("Bad segment '" + part + "' in pattern " + source);
            } else {
                segments.add(new Segment.Literal(part));
            }
        }
        return new PathPattern(source, segments);
    }

    /** Does this path, in the canonical form of {@link RequestPath}, fit? Allocates nothing. */
    boolean matches(String path) {
        int at = 0;
        for (Segment segment : segments) {
            if (segment instanceof Segment.AnyRest) {
                return true;
            }
            if (at >= path.length()) {
                return false;
            }
            int start = at + 1;
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            boolean fits = switch (segment) {
                case Segment.Literal(String text) -> text.length() == end - start && path.startsWith(text, start);
                case Segment.AnyOne _ -> end > start;
                case Segment.AnyRest _ -> true;
            };
            if (!fits) {
                return false;
            }
            at = end;
        }
        return at >= path.length();
    }

    @Override
    public int compareTo(PathPattern other) {
        int longest = Math.max(segments.length, other.segments.length);
        for (int i = 0; i < longest; i++) {
            int rank = Integer.compare(rank(i), other.rank(i));
            if (rank != 0) {
                return rank;
            }
        }
        return 0;
    }

    private int rank(int index) {
        if (index >= segments.length) {
            return 2;
        }
        return switch (segments[index]) {
            case Segment.Literal _ -> 0;
            case Segment.AnyOne _ -> 1;
            case Segment.AnyRest _ -> 3;
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPattern that && source.equals(that.source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    @Override
    public String toString() {
        return source;
    }
}
