/** Passing on what another server answers. */
@NullMarked
package dev.ghee.service.upstream;

import org.jspecify.annotations.NullMarked;
