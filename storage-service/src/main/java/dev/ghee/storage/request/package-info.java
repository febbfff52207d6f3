/** What every route needs: who asks, for which app, and how to answer. */
@NullMarked
package dev.ghee.storage.request;

import org.jspecify.annotations.NullMarked;
