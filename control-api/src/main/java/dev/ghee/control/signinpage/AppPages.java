package dev.ghee.control.signinpage;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** An app's pages. Text from outside is escaped by the templates. */
@CheckedTemplate(basePath = "AppPages")
final class AppPages {
    private AppPages() {}

    static native TemplateInstance signIn(Look look, String email, String notice, String error);

    /** @param challenge what the first half of the sign-in gave */
    static native TemplateInstance secondFactor(Look look, String challenge, String error);

    static native TemplateInstance signUp(Look look, String email, String error);

    /** Proves the address with the mailed code. */
    static native TemplateInstance verify(Look look, String email, String error);

    static native TemplateInstance forgot(Look look, String email, String error);

    /** Sets a new password with the mailed code. */
    static native TemplateInstance reset(Look look, String email, String notice, String error);

    static native TemplateInstance problem(String title, String text);

    /**
     * What all pages of an app share.
     *
     * @param base path of the app's pages
     * @param query carries the redirect from page to page, with its question mark
     * @param logo empty for none
     */
    record Look(String base, String query, String redirectTo, String name, String logo) {}
}
