/** What a durable object's source may be, and its compilation to a module that workerd loads. */
@NullMarked
package dev.ghee.functions.object.source;

import org.jspecify.annotations.NullMarked;
