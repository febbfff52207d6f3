package dev.ghee.control.auth.mail;

import org.jspecify.annotations.Nullable;

/** A mail in an app's own words. */
record MailTemplate(String subject, String text, @Nullable String html) {}
