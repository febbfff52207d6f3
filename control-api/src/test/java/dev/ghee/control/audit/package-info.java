/** Tests. */
@NullMarked
package dev.ghee.control.audit;

import org.jspecify.annotations.NullMarked;
