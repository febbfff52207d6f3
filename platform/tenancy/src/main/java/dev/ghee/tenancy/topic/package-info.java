/** Small topics: what replicas tell each other, and events that one of a service's processes takes on. */
@NullMarked
package dev.ghee.tenancy.topic;

import org.jspecify.annotations.NullMarked;
