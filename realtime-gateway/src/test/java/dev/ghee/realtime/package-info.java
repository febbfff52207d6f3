/** Tests against real Postgres and Kafka, through real sockets. */
@NullMarked
package dev.ghee.realtime;

import org.jspecify.annotations.NullMarked;
