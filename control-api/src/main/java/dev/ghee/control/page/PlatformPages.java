package dev.ghee.control.page;

import dev.ghee.control.key.KeyChoices;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/** The platform's pages. Text from outside is escaped by the templates. */
@CheckedTemplate(basePath = "PlatformPages")
public final class PlatformPages {
    private PlatformPages() {}

    /** @param next where to go once signed in */
    public static native TemplateInstance signIn(String next, String email, String error);

    /** What went wrong, for somebody who cannot go on. */
    public static native TemplateInstance problem(String title, String text);

    /** That something worked out, and what to do now. */
    public static native TemplateInstance done(String title, String text);

    /**
     * Whether a program may have a key.
     *
     * @param next this page itself, for coming back to it
     */
    public static native TemplateInstance consent(
            Asking asking,
            String email,
            String formToken,
            String st,
            String next,
            List<KeyChoices.Choice> choices,
            String error);

    /** Which program it is: somebody types its code. */
    public static native TemplateInstance device(String email, String formToken, String userCode, String error);

    /** The same question as {@link #consent} about a program that showed this code. */
    public static native TemplateInstance confirmDevice(
            Asking asking,
            String email,
            String formToken,
            String userCode,
            List<KeyChoices.Choice> choices,
            String error);

    /**
     * A program that asks for a key.
     *
     * @param name as it says itself
     * @param from where the answer goes, or where the question came from: what somebody can check
     * @param gateway whether it also asks to use the AI gateway
     */
    public record Asking(String name, String from, boolean gateway) {}
}
