/** Signing in by a code or link that was mailed. */
@NullMarked
package dev.ghee.control.auth.magic;

import org.jspecify.annotations.NullMarked;
