package dev.ghee.pgoutput.value;

import java.util.Random;
import java.util.stream.Collectors;

/** Parts that random literals are made of. */
final class RandomText {
    private RandomText() {}

    static String unicode(Random random, int length) {
        return random.ints(length, 1, 0x500)
                .map(c -> c % 7 == 0 ? 0x1F600 + c % 64 : c % 3 == 0 ? c : 1 + c % 127)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    static String day(Random random, int maxYear) {
        int year = 1 + random.nextInt(random.nextInt(4) == 0 ? maxYear : 4000);
        return "%04d-%02d-%02d".formatted(year, 1 + random.nextInt(12), 1 + random.nextInt(28));
    }

    static String clock(Random random) {
        String fraction = switch (random.nextInt(3)) {
            case 0 -> "";
            case 1 -> ".%03d".formatted(random.nextInt(1000));
            default -> ".%06d".formatted(random.nextInt(1_000_000));
        };
        return "%02d:%02d:%02d%s".formatted(random.nextInt(24), random.nextInt(60), random.nextInt(60), fraction);
    }

    static String offset(Random random) {
        return "%s%02d:%02d:%02d"
                .formatted(
                        random.nextBoolean() ? "+" : "-", random.nextInt(14), random.nextInt(60), random.nextInt(60));
    }

    static String json(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> "null";
            case 1 -> Integer.toString(random.nextInt());
            case 2 -> "\"" + random.nextInt(100) + " \\n\\\\ \\\"é\"";
            case 3 -> Double.toString(random.nextGaussian());
            case 4 -> "[" + json(random, depth - 1) + " , " + json(random, depth - 1) + "]";
            default -> "{\"k\": " + json(random, depth - 1) + ",\n\"j\":" + json(random, depth - 1) + "}";
        };
    }
}
