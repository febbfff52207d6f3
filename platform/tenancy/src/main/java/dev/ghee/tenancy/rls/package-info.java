/** Queries in an app's database under row-level security: pools, claims, and the one pipelined flight per request. */
@NullMarked
package dev.ghee.tenancy.rls;

import org.jspecify.annotations.NullMarked;
