/** Telling an app's own code who signs in. */
@NullMarked
package dev.ghee.control.auth.hook;

import org.jspecify.annotations.NullMarked;
