/** Keys and values of apps, in Valkey. */
@NullMarked
package dev.ghee.kv;

import org.jspecify.annotations.NullMarked;
