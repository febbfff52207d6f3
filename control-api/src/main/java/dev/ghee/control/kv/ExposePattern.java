package dev.ghee.control.kv;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a rule is about: {@code *} stands for one or more characters other than {@code :}, {@code **} for any, and
 * {@code {user.id}} and {@code {user.role}} for what the signed-in user is; everything else for itself.
 */
record ExposePattern(String text, List<Part> parts) {
    private static final int MAX_LENGTH = 512;

    /** A piece of a pattern. */
    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Segment() implements Part {}

        record Anything() implements Part {}

        record UserId() implements Part {}

        record UserRole() implements Part {}
    }

    /** Fails with {@code VALIDATION_INVALID_INPUT}. */
    static ExposePattern parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw invalid("A pattern has 1 to " + MAX_LENGTH + " characters");
        }
        var parts = new ArrayList<Part>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (text.startsWith("**", at)) {
                parts.add(new Part.Anything());
                at += 2;
            } else if (c == '*') {
                parts.add(new Part.Segment());
                at++;
            } else if (c == '{') {
                int end = text.indexOf('}', at);
                parts.add(placeholder(text.substring(at, end < 0 ? text.length() : end + 1)));
                at = end + 1;
            } else {
                int end = at;
                while (end < text.length() && text.charAt(end) != '*' && text.charAt(end) != '{') {
                    end++;
                }
                String literal = text.substring(at, end);
                if (!KvKey.isSpelledLikeAKey(literal)) {
                    throw invalid("A pattern consists of what keys consist of, *, **, {user.id} and {user.role}");
                }
                parts.add(new Part.Literal(literal));
                at = end;
            }
        }
        return new ExposePattern(text, List.copyOf(parts));
    }

    private static Part placeholder(String text) {
        return switch (text) {
            case "{user.id}" -> new Part.UserId();
            case "{user.role}" -> new Part.UserRole();
            default -> throw invalid("The only placeholders are {user.id} and {user.role}");
        };
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, message);
    }

    /** Characters before the first that may stand for others: the more, the sooner the rule decides. */
    int literalLength() {
        return parts.getFirst() instanceof Part.Literal literal ? literal.text().length() : 0;
    }

    boolean namesTheUser() {
        return parts.stream().anyMatch(part -> part instanceof Part.UserId);
    }

    /** Whether the rule is about the key, whoever asks: what stands for the user stands for any user. */
    boolean covers(String key) {
        return matches(key, null);
    }

    /** Whether the key is this user's. */
    boolean isOf(KvCaller.User user, String key) {
        return matches(key, user);
    }

    /** All ends that the parts so far can have, one part after the other: the effort is bounded whatever the pattern. */
    private boolean matches(String key, KvCaller.@Nullable User user) {
        var ends = new BitSet(key.length() + 1);
        ends.set(0);
        for (Part part : parts) {
            ends = switch (part) {
                case Part.Literal literal -> after(ends, key, literal.text());
                case Part.Segment _ -> afterSegment(ends, key);
                case Part.Anything _ -> {
                    var rest = new BitSet(key.length() + 1);
                    int first = ends.nextSetBit(0);
                    if (first >= 0) {
                        rest.set(first, key.length() + 1);
                    }
                    yield rest;
                }
                case Part.UserId _ -> user == null ? afterSegment(ends, key) : after(ends, key, user.id());
                case Part.UserRole _ -> user == null ? afterSegment(ends, key) : after(ends, key, user.role());
            };
        }
        return ends.get(key.length());
    }

    private static BitSet after(BitSet starts, String key, String text) {
        var ends = new BitSet(key.length() + 1);
        if (!text.isEmpty()) {
            for (int at = starts.nextSetBit(0); at >= 0; at = starts.nextSetBit(at + 1)) {
                if (key.startsWith(text, at)) {
                    ends.set(at + text.length());
                }
            }
        }
        return ends;
    }

    private static BitSet afterSegment(BitSet starts, String key) {
        var ends = new BitSet(key.length() + 1);
        boolean reachable = false;
        for (int at = 0; at < key.length(); at++) {
            reachable = (reachable || starts.get(at)) && key.charAt(at) != ':';
            if (reachable) {
                ends.set(at + 1);
            }
        }
        return ends;
    }
}
