/** Pages that the platform renders itself: their frame, their headers, and who is signed in on them. */
@NullMarked
package dev.ghee.control.page;

import org.jspecify.annotations.NullMarked;
