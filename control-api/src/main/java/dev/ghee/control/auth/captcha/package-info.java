/** Telling people from machines, where an app's administrators ask for it. */
@NullMarked
package dev.ghee.control.auth.captcha;

import org.jspecify.annotations.NullMarked;
