/** What replicas tell each other: small topics that every process reads as a whole. */
@NullMarked
package dev.ghee.realtime.topic;

import org.jspecify.annotations.NullMarked;
