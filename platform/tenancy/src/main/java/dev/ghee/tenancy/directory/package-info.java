/** Apps and API keys, kept in memory from the compacted topics that carry their state. */
@NullMarked
package dev.ghee.tenancy.directory;

import org.jspecify.annotations.NullMarked;
