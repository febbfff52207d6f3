/** Rules of the traffic filters. */
@NullMarked
package dev.ghee.service.traffic;

import org.jspecify.annotations.NullMarked;
