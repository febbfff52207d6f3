/** Topics that processes share, on a real broker. */
@NullMarked
package dev.ghee.tenancy.topic;

import org.jspecify.annotations.NullMarked;
