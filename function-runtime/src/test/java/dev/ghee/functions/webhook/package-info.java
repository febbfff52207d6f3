/** Signed calls. */
@NullMarked
package dev.ghee.functions.webhook;

import org.jspecify.annotations.NullMarked;
