/** What an app's database knows of its durable objects: classes, environment, use, and which node runs them. */
@NullMarked
package dev.ghee.functions.object.store;

import org.jspecify.annotations.NullMarked;
