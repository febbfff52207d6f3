package dev.ghee.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/errors.md} equal to the enum. Run with {@code -Dghee.docs.write=true} to write it anew. */
class ErrorReferenceTest {
    private static final Path PAGE = Path.of("../../docs/errors.md");

    @Test
    void thePageListsEveryCode() throws IOException {
        String expected = page();
        if (Boolean.getBoolean("ghee.docs.write")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(PAGE).content().isEqualTo(expected);
    }

    @Test
    void everyCodeSaysWhatToDoNext() {
        assertThat(ErrorCode.values())
                .allSatisfy(code -> assertThat(code.remediation()).endsWith(".").hasSizeGreaterThan(10));
    }

    private static String page() {
        String rows = Arrays.stream(ErrorCode.values())
                .map(code -> "| <a id=\"" + code.anchor() + "\"></a>`" + code.name() + "` | " + code.httpStatus()
                        + " | " + actor(code.fault()) + " | " + code.remediation() + " |\n")
                .collect(Collectors.joining());
        return """
                # Errors

                Most routes answer an error as `{"error":{"code","message","remediation","documentation_url","details"?}}`.
                Routes under `/auth/`, `/dashboard/` and `/v1/apps/` answer `{"error":"text","details"?}`, those under
                `/v1/{app}/kv` `{"error":"short_code","message",…}` with the details beside it. Codes are stable: they are added,
                never renamed. This page is generated from `ErrorCode`.

                | Code | Usual status | Who acts | What to do |
                | --- | --- | --- | --- |
                """ + rows;
    }

    private static String actor(ErrorCode.Fault fault) {
        return switch (fault) {
            case CALLER -> "caller";
            case DEPENDENCY -> "operator";
            case US -> "Ghee";
        };
    }
}
