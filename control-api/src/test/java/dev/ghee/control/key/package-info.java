/** Tests. */
@NullMarked
package dev.ghee.control.key;

import org.jspecify.annotations.NullMarked;
