/** Work on many objects that goes on behind the request that asked for it, and copies of single ones. */
@NullMarked
package dev.ghee.storage.job;

import org.jspecify.annotations.NullMarked;
