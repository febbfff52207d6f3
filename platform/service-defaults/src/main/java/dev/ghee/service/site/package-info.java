/** Requests that come to an app's own host: its site, and the short form of its API there. */
@NullMarked
package dev.ghee.service.site;

import org.jspecify.annotations.NullMarked;
