/** Tests of the app's own users' sign-in. */
@NullMarked
package dev.ghee.control.auth;

import org.jspecify.annotations.NullMarked;
