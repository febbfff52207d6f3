/** Live changes while processes are killed: every client gets every change once, in order. */
@NullMarked
package dev.ghee.bench.faults;

import org.jspecify.annotations.NullMarked;
