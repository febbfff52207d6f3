package dev.ghee.storage.s3;

/** What is kept apart; names are configuration. */
public enum Bucket {
    /** Apps' objects. */
    OBJECTS,
    /** Files of deployed sites. */
    SITES;

    String name(S3Config config) {
        return switch (this) {
            case OBJECTS -> config.objectsBucket();
            case SITES -> config.sitesBucket();
        };
    }
}
