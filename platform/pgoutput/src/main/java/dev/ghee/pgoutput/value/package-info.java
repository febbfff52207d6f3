/** Column values of a replication stream: from the wire to Postgres' text form and to JSON. */
@NullMarked
package dev.ghee.pgoutput.value;

import org.jspecify.annotations.NullMarked;
