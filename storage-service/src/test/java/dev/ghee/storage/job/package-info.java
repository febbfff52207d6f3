@NullMarked
package dev.ghee.storage.job;

import org.jspecify.annotations.NullMarked;
