/** Static sites of apps: deployments of files, and the environment of their builds. */
@NullMarked
package dev.ghee.storage.hosting;

import org.jspecify.annotations.NullMarked;
