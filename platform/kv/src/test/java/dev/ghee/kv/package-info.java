/** The store against a real Valkey. */
@NullMarked
package dev.ghee.kv;

import org.jspecify.annotations.NullMarked;
