package dev.ghee.control.auth.mail;

import org.jspecify.annotations.Nullable;

/** A mail to one address; with HTML, the text is for those who do not show it. */
record Message(
        String to, String subject, String text, @Nullable String html) {
    Message(String to, String subject, String text) {
        this(to, subject, text, null);
    }

    @Override
    public String toString() {
        return "Message[…]";
    }
}
