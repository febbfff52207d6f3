/** Organisations, who belongs to them, and as what. */
@NullMarked
package dev.ghee.control.organization;

import org.jspecify.annotations.NullMarked;
