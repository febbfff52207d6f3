/** Second factors: time-based codes of an authenticator app, and recovery codes. */
@NullMarked
package dev.ghee.control.auth.factor;

import org.jspecify.annotations.NullMarked;
