/** Tests. */
@NullMarked
package dev.ghee.control.device;

import org.jspecify.annotations.NullMarked;
