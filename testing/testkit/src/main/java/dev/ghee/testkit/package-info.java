/**
 * The real Postgres, Kafka, object store, Valkey and mail sink that tests and {@code ./ghee up} run on, as processes
 * of their own under a home folder.
 */
@NullMarked
package dev.ghee.testkit;

import org.jspecify.annotations.NullMarked;
