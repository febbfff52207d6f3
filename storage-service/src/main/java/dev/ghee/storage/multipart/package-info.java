/** Large objects in parts that clients put into the object store themselves, several at once, with signed URLs. */
@NullMarked
package dev.ghee.storage.multipart;

import org.jspecify.annotations.NullMarked;
