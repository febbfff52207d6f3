/** Who users are at other providers. */
@NullMarked
package dev.ghee.control.auth.identity;

import org.jspecify.annotations.NullMarked;
