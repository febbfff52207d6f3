/** Apps, seen through the REST API. */
@NullMarked
package dev.ghee.control.app;

import org.jspecify.annotations.NullMarked;
