/** Sign-in of an app's own users: sign-up, sessions, mailed codes, and the tokens that prove who they are. */
@NullMarked
package dev.ghee.control.auth;

import org.jspecify.annotations.NullMarked;
