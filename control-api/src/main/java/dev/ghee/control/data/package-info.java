/** The data API: each table of an app as a REST collection, under the caller's row-level security. */
@NullMarked
package dev.ghee.control.data;

import org.jspecify.annotations.NullMarked;
