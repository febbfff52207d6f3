package dev.ghee.storage.hosting.archive;

/**
 * How large a site may be.
 *
 * @param maxFiles files, and entries of a zip
 * @param maxTotalBytes of all files together, uncompressed
 */
public record SiteLimits(int maxFiles, long maxTotalBytes) {}
