/** Where each region's Postgres is, and with which platform roles to reach it. */
@NullMarked
package dev.ghee.tenancy.region;

import org.jspecify.annotations.NullMarked;
