/** The records that services exchange over Kafka, defined once for producers and consumers. */
@NullMarked
package dev.ghee.contracts;

import org.jspecify.annotations.NullMarked;
