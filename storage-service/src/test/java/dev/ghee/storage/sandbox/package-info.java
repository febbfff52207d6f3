@NullMarked
package dev.ghee.storage.sandbox;

import org.jspecify.annotations.NullMarked;
