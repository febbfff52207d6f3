/** The change log: row changes and audit events on Kafka. */
@NullMarked
package dev.ghee.realtime.log;

import org.jspecify.annotations.NullMarked;
