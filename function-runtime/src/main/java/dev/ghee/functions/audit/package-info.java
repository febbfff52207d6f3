/** What goes to Kafka from here: the audit trail, and word of changes to other replicas. */
@NullMarked
package dev.ghee.functions.audit;

import org.jspecify.annotations.NullMarked;
