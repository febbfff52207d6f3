package dev.ghee.storage.object;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which content types there are, and which an app takes. */
final class ContentTypes {
    /** Of bytes whose sender says nothing about them, as browsers do for files that they do not know. */
    static final String UNKNOWN = "application/octet-stream";

    private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
    private static final Pattern SHAPE = Pattern.compile(
            TOKEN + "/" + TOKEN + "([ \\t]*;[ \\t]*(" + TOKEN + "=(" + TOKEN + "|\"[ !#-\\[\\]-~]*\"))?)*");
    private static final int MOST_CHARACTERS = 255;

    private ContentTypes() {}

    /** Fails with {@code VALIDATION_INVALID_TYPE} for text that is no content type, such as {@code png}. */
    static void requireShape(String type) {
        if (type.length() > MOST_CHARACTERS || !SHAPE.matcher(type).matches()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_TYPE,
                    "contentType is a media type of at most " + MOST_CHARACTERS + " characters, such as image/png");
        }
    }

    /** Fails with {@code VALIDATION_INVALID_TYPE} unless one of the ranges holds the type; parameters do not count. */
    static void requireAllowed(String type, List<String> ranges) {
        int parameters = type.indexOf(';');
        String essence =
                (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        if (ranges.stream().noneMatch(range -> holds(range.toLowerCase(Locale.ROOT), essence))) {
            throw new GheeException(
                            ErrorCode.VALIDATION_INVALID_TYPE, "The app takes no files of the content type " + essence)
                    .withDetails(java.util.Map.of("allowedContentTypes", ranges));
        }
    }

    private static boolean holds(String range, String essence) {
        return range.equals("*/*")
                || range.equals(essence)
                || range.endsWith("/*") && essence.startsWith(range.substring(0, range.length() - 1));
    }
}
