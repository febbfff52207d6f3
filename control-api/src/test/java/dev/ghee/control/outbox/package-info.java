/** Tests. */
@NullMarked
package dev.ghee.control.outbox;

import org.jspecify.annotations.NullMarked;
