/** Contents of objects, passed on from the object store. */
@NullMarked
package dev.ghee.storage.content;

import org.jspecify.annotations.NullMarked;
