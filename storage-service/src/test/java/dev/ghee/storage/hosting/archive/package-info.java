@NullMarked
package dev.ghee.storage.hosting.archive;

import org.jspecify.annotations.NullMarked;
