package dev.ghee.storage.hosting.site;

import java.util.List;

/**
 * A file of a live site.
 *
 * @param path in the site
 * @param objectKey of the content in the bucket of sites; those of its compressed forms follow from it
 * @param sha256 of the content, lower-case hex
 * @param gzipBytes length of the gzip form; 0 when there is none
 * @param brotliBytes length of the brotli form; 0 when there is none
 * @param hashed whether its name changes with its content
 */
public record SiteFile(
        String path,
        String objectKey,
        String sha256,
        long sizeBytes,
        long gzipBytes,
        long brotliBytes,
        boolean hashed) {
    private static final int TAG_LENGTH = 32;

    /** In bytes; 0 for a compressed form that there is not. */
    public record Lengths(long plain, long gzip, long brotli) {}

    public static SiteFile of(String path, Framework framework, String objectKey, String sha256, Lengths lengths) {
        return new SiteFile(
                path,
                objectKey,
                sha256,
                lengths.plain(),
                lengths.gzip(),
                lengths.brotli(),
                HashedNames.isHashed(path, framework));
    }

    /** The forms that are stored, the smallest first. */
    public enum Form {
        BROTLI("br", ".br"),
        GZIP("gzip", ".gz"),
        PLAIN("", "");

        private final String coding;
        private final String suffix;

        Form(String coding, String suffix) {
            this.coding = coding;
            this.suffix = suffix;
        }

        /** For Content-Encoding; empty for the plain form. */
        public String coding() {
            return coding;
        }

        /** What the form's object key has after the plain one's. */
        public String suffix() {
            return suffix;
        }
    }

    public boolean has(Form form) {
        return length(form) > 0 || form == Form.PLAIN;
    }

    /** In bytes. */
    public long length(Form form) {
        return switch (form) {
            case BROTLI -> brotliBytes;
            case GZIP -> gzipBytes;
            case PLAIN -> sizeBytes;
        };
    }

    public String objectKey(Form form) {
        return objectKey + form.suffix();
    }

    /** Whether there is more than one form, so that caches have to keep them apart. */
    public boolean varies() {
        return gzipBytes > 0 || brotliBytes > 0;
    }

    /** The entity tag of a form, quotes included: equal for equal bytes, whatever deployment they are of. */
    public String tag(Form form) {
        String tag = sha256.substring(0, TAG_LENGTH);
        return '"' + (form == Form.PLAIN ? tag : tag + "-" + form.coding()) + '"';
    }

    /** Whether a conditional request of somebody who has any form of this content names it. */
    public boolean isNamedIn(List<String> ifNoneMatch) {
        String tag = sha256.substring(0, TAG_LENGTH);
        return ifNoneMatch.stream().anyMatch(value -> value.strip().equals("*") || value.contains('"' + tag));
    }
}
