/** Tests of the rows that are kept of membership tables. */
@NullMarked
package dev.ghee.realtime.policy.relation;

import org.jspecify.annotations.NullMarked;
