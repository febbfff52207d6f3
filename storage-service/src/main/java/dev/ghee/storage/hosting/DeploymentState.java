package dev.ghee.storage.hosting;

import java.util.Set;

/** Life of a deployment. Who may change it, and to what, is in {@code docs/hosting.md}. */
public enum DeploymentState {
    /** Made; nothing has been started. */
    WAITING,
    /** Its source is being built. */
    BUILDING,
    /** Its files are being checked and stored. */
    UPLOADING,
    /** Live. At most one of an app is. */
    READY,
    /** Was live; can be again. */
    SUPERSEDED,
    ERROR,
    CANCELED;

    Set<DeploymentState> next() {
        return switch (this) {
            case WAITING -> Set.of(UPLOADING, BUILDING, ERROR, CANCELED);
            case BUILDING -> Set.of(UPLOADING, ERROR, CANCELED);
            case UPLOADING -> Set.of(READY, ERROR, CANCELED);
            case READY -> Set.of(SUPERSEDED);
            case SUPERSEDED -> Set.of(READY);
            case ERROR, CANCELED -> Set.of();
        };
    }

    /** Nobody works on it, and nobody will. */
    public boolean finished() {
        return !next().contains(CANCELED);
    }
}
