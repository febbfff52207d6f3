@NullMarked
package dev.ghee.storage;

import org.jspecify.annotations.NullMarked;
