/** Tests of filters. */
@NullMarked
package dev.ghee.realtime.filter;

import org.jspecify.annotations.NullMarked;
