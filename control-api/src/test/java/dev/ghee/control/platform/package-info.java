/** Tests. */
@NullMarked
package dev.ghee.control.platform;

import org.jspecify.annotations.NullMarked;
