@NullMarked
package dev.ghee.storage.sweep;

import org.jspecify.annotations.NullMarked;
