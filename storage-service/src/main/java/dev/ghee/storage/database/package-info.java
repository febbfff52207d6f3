/** Statements in apps' databases, as the platform. */
@NullMarked
package dev.ghee.storage.database;

import org.jspecify.annotations.NullMarked;
