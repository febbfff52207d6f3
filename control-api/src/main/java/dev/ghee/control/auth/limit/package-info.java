/** How often the sign-in routes may be called. */
@NullMarked
package dev.ghee.control.auth.limit;

import org.jspecify.annotations.NullMarked;
