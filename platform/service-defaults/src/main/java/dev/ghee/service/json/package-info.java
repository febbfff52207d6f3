/** How every service writes JSON. */
@NullMarked
package dev.ghee.service.json;

import org.jspecify.annotations.NullMarked;
