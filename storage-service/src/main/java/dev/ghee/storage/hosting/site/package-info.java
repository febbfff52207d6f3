/** A site as it is served: which file answers which request, and how. */
@NullMarked
package dev.ghee.storage.hosting.site;

import org.jspecify.annotations.NullMarked;
