/** What is decided about a request before any route sees it: whether its origin may call, and how often. */
@NullMarked
package dev.ghee.service.traffic;

import org.jspecify.annotations.NullMarked;
