/** Which service a path belongs to: the table of {@code deploy/routes.yaml} and how a request finds its row. */
@NullMarked
package dev.ghee.edge.routes;

import org.jspecify.annotations.NullMarked;
