/** Postgres' logical replication protocol {@code pgoutput}: bytes to messages, without I/O or a framework. */
@NullMarked
package dev.ghee.pgoutput;

import org.jspecify.annotations.NullMarked;
