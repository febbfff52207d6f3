/** Refresh tokens: rotated on use, with replay detected. */
@NullMarked
package dev.ghee.control.auth.session;

import org.jspecify.annotations.NullMarked;
