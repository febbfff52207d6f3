/** A cluster's platform roles and the databases of its apps: created, brought up to date, dropped. Plain JDBC. */
@NullMarked
package dev.ghee.appdb;

import org.jspecify.annotations.NullMarked;
