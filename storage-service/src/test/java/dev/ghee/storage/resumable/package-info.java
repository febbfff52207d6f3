@NullMarked
package dev.ghee.storage.resumable;

import org.jspecify.annotations.NullMarked;
