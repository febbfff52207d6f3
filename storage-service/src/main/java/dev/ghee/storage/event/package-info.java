/** What others hear of, over Kafka. */
@NullMarked
package dev.ghee.storage.event;

import org.jspecify.annotations.NullMarked;
