/** Passkeys: signing in with a key that a device of the user keeps. Source: W3C Web Authentication, level 2. */
@NullMarked
package dev.ghee.control.auth.passkey;

import org.jspecify.annotations.NullMarked;
