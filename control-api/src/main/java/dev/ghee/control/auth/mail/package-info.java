/** Mail to an app's users, kept until the mail server has taken it. */
@NullMarked
package dev.ghee.control.auth.mail;

import org.jspecify.annotations.NullMarked;
