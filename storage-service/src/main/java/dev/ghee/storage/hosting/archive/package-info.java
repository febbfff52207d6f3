/** What is uploaded to become a site, read with suspicion. */
@NullMarked
package dev.ghee.storage.hosting.archive;

import org.jspecify.annotations.NullMarked;
