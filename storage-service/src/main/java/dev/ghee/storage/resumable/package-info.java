/**
 * Resumable uploads: tus 1.0 with creation, creation-with-upload, expiration, checksum and termination. Source:
 * https://tus.io/protocols/resumable-upload
 */
@NullMarked
package dev.ghee.storage.resumable;

import org.jspecify.annotations.NullMarked;
