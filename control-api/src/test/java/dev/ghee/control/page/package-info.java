/** Tests. */
@NullMarked
package dev.ghee.control.page;

import org.jspecify.annotations.NullMarked;
