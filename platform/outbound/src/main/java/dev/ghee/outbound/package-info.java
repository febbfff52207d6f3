/**
 * HTTP calls to addresses that customers choose: discovery documents, token endpoints, webhooks. Nothing of the
 * platform's own network can be reached with them.
 */
@NullMarked
package dev.ghee.outbound;

import org.jspecify.annotations.NullMarked;
