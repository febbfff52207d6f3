/** Users without an address, and how they become full ones. */
@NullMarked
package dev.ghee.control.auth.anonymous;

import org.jspecify.annotations.NullMarked;
