/** Keys derived from the installation's encryption key, and what is sealed with them. */
@NullMarked
package dev.ghee.control.secret;

import org.jspecify.annotations.NullMarked;
