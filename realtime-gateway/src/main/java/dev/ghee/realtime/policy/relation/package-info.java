/** The rows of tables that policies ask for membership, held in memory and kept current from the log. */
@NullMarked
package dev.ghee.realtime.policy.relation;

import org.jspecify.annotations.NullMarked;
