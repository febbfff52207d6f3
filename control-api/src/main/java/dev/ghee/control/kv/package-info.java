/** The key-value store over HTTP, and who may see which keys. */
@NullMarked
package dev.ghee.control.kv;

import org.jspecify.annotations.NullMarked;
