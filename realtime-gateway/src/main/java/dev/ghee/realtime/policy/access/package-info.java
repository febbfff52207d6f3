/** What of the catalogue decides who may read a table. */
@NullMarked
package dev.ghee.realtime.policy.access;

import org.jspecify.annotations.NullMarked;
