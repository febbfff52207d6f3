/** The one way into a session, whatever proved the person. */
@NullMarked
package dev.ghee.control.auth.signin;

import org.jspecify.annotations.NullMarked;
