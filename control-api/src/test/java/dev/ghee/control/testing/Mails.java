package dev.ghee.control.testing;

import static org.awaitility.Awaitility.await;

import dev.ghee.testkit.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the mail server of the stack was given. */
public final class Mails {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern CODE = Pattern.compile("Code: ([A-Z]{4}-[A-Z]{4})");
    private static final Pattern TOKEN = Pattern.compile("Token: ([A-Za-z0-9_-]{43})");

    private Mails() {}

    /** The code of the platform in the newest mail to the address that has one. */
    public static String code(String email) {
        return awaited(email, CODE);
    }

    /** The token in the newest mail to the address that has one. */
    public static String token(String email) {
        return awaited(email, TOKEN);
    }

    /** The six digits in the newest mail of an app to the address that has some. */
    public static String digits(String email) {
        return awaited(email, Pattern.compile("Code: (\\d{6})"));
    }

    /** What this finds in the newest mail to the address in which it finds something. */
    public static String matching(String email, String wanted) {
        return awaited(email, Pattern.compile(wanted));
    }

    /** The mail to the address with this subject. */
    public static String withSubject(String email, String subject) {
        return awaited(email, Pattern.compile("(?s)(.*Subject: " + Pattern.quote(subject) + ".*)"));
    }

    private static String awaited(String email, Pattern wanted) {
        return await().atMost(PATIENCE)
                .until(
                        () -> to(email).stream()
                                .map(wanted::matcher)
                                .filter(Matcher::find)
                                .map(found -> found.group(1))
                                .reduce((_, newest) -> newest)
                                .orElse(""),
                        found -> !found.isEmpty());
    }

    /** Oldest first. */
    public static List<String> to(String email) {
        try (Stream<Path> files = Files.list(LocalStack.shared().mailDirectory())) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .sorted(Comparator.comparing(Path::toString))
                    .map(Mails::read)
                    .filter(mail -> mail.contains("To: " + email))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
