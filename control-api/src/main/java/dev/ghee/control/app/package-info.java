/** Apps: their creation, life and state. */
@NullMarked
package dev.ghee.control.app;

import org.jspecify.annotations.NullMarked;
