/** Runs programs of strangers on this machine: without our files, rights, processes or networks, and within limits. */
@NullMarked
package dev.ghee.storage.sandbox;

import org.jspecify.annotations.NullMarked;
