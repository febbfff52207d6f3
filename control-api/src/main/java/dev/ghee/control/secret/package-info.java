/** Secrets that people or programs carry: random tokens and short codes. */
@NullMarked
package dev.ghee.control.secret;

import org.jspecify.annotations.NullMarked;
