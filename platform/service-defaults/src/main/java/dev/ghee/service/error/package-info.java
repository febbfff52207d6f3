/** The single place where exceptions become answers. */
@NullMarked
package dev.ghee.service.error;

import org.jspecify.annotations.NullMarked;
