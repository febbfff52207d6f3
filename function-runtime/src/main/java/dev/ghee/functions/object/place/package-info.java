/** Where an app's objects live: their storage on this node, who may run them, and copies in the object store. */
@NullMarked
package dev.ghee.functions.object.place;

import org.jspecify.annotations.NullMarked;
