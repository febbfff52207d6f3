/** The regions of this installation and their Postgres clusters. */
@NullMarked
package dev.ghee.control.region;

import org.jspecify.annotations.NullMarked;
