/** The object store: any that speaks S3. */
@NullMarked
package dev.ghee.storage.s3;

import org.jspecify.annotations.NullMarked;
