/** The key-value store as clients see it. */
@NullMarked
package dev.ghee.control.kv;

import org.jspecify.annotations.NullMarked;
