/** Who did what to an app. */
@NullMarked
package dev.ghee.control.audit;

import org.jspecify.annotations.NullMarked;
