/** Live changes under load, each figure beside a reference measured in the same run. */
@NullMarked
package dev.ghee.bench.realtime;

import org.jspecify.annotations.NullMarked;
