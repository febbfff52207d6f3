/** Flights against a real Postgres. */
@NullMarked
package dev.ghee.tenancy.rls;

import org.jspecify.annotations.NullMarked;
