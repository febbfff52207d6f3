package dev.ghee.control.app;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the tokens of an app's users live; a change affects new tokens only.
 *
 * @param accessTokenTtl a number and one of {@code s m h d}, such as {@code 15m}; at most {@link #MAX_ACCESS_TTL}
 * @param refreshTokenTtlDays from 1 to {@value #MAX_REFRESH_DAYS}
 */
public record JwtSettings(String accessTokenTtl, int refreshTokenTtlDays) {
    // Before DEFAULT, whose constructor uses them.
    private static final Pattern TTL = Pattern.compile("(\\d{1,9})([smhd])");
    public static final Duration MAX_ACCESS_TTL = Duration.ofDays(30);
    public static final int MAX_REFRESH_DAYS = 3650;
    public static final JwtSettings DEFAULT = new JwtSettings("15m", 7);

    /** Throws {@link IllegalArgumentException} with a message for the caller. */
    public JwtSettings {
        Duration ttl = parse(accessTokenTtl);
        if (ttl.isZero() || ttl.compareTo(MAX_ACCESS_TTL) > 0) {
            throw new IllegalArgumentException("accessTokenTtl must be from 1s to 30d");
        }
        if (refreshTokenTtlDays < 1 || refreshTokenTtlDays > MAX_REFRESH_DAYS) {
            throw new IllegalArgumentException("refreshTokenTtlDays must be from 1 to " + MAX_REFRESH_DAYS);
        }
    }

    public Duration accessTokenLifetime() {
        return parse(accessTokenTtl);
    }

    public Duration refreshTokenLifetime() {
        return Duration.ofDays(refreshTokenTtlDays);
    }

    private static Duration parse(String ttl) {
        Matcher parts = TTL.matcher(ttl);
        if (!parts.matches()) {
            throw new IllegalArgumentException("accessTokenTtl must be a number followed by s, m, h or d");
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
