@NullMarked
package dev.ghee.storage.hosting;

import org.jspecify.annotations.NullMarked;
