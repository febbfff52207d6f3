/** Calls of functions: who may call, as whom they act, and how request and answer pass. */
@NullMarked
package dev.ghee.functions.invoke;

import org.jspecify.annotations.NullMarked;
