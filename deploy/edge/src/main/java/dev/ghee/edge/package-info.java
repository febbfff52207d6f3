/** The local router: one address in front of all services. */
@NullMarked
package dev.ghee.edge;

import org.jspecify.annotations.NullMarked;
