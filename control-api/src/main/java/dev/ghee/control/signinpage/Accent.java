package dev.ghee.control.signinpage;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An app's accent colour, with a colour of text on it that can be read. */
final class Accent {
    static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");
    /** Where white and black text have the same contrast. */
    private static final double MIDDLE = 0.179;

    private Accent() {}

    static String css(@Nullable String color) {
        if (color == null || !COLOR.matcher(color).matches()) {
            return "";
        }
        String text = luminance(color) > MIDDLE ? "#000000" : "#ffffff";
        return "button.main { background: " + color + "; border-color: " + color + "; color: " + text + "; }\n";
    }

    /** Of WCAG 2: 0 is black, 1 is white. */
    private static double luminance(String color) {
        int rgb = Integer.parseInt(color.substring(1), 16);
        return 0.2126 * linear(rgb >> 16 & 0xff) + 0.7152 * linear(rgb >> 8 & 0xff) + 0.0722 * linear(rgb & 0xff);
    }

    private static double linear(int channel) {
        double part = channel / 255.0;
        return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    }
}
