package dev.ghee.functions.object.run;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.object.place.AppStorage;
import dev.ghee.functions.object.place.Lease;
import dev.ghee.functions.object.place.Node;
import dev.ghee.functions.object.place.Snapshots;
import dev.ghee.functions.object.place.Snapshots.Content;
import dev.ghee.functions.object.store.ObjectPlaces;
import dev.ghee.functions.object.store.ObjectPlaces.Claim;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One app's storage on this node together with the right to use it. Whoever takes over from another node goes on from
 * its last snapshot; whoever had it last itself, from what lies here. All methods wait: for virtual threads.
 */
final class Keeping {
    private final AppId app;
    private final Node node;
    private final AppStorage storage;
    private final ObjectPlaces places;
    private final Snapshots snapshots;
    private final Duration leaseTime;
    private final String address;
    /** Held while the storage is copied, or its files replaced. */
    private final ReentrantLock files = new ReentrantLock();

    private volatile @Nullable Lease lease;
    private Content content = Content.NOTHING;
    private volatile Instant copiedAt = Instant.now();

    Keeping(AppId app, Node node, ObjectPlaces places, Snapshots snapshots, ObjectsConfig config, String address) {
        this.app = app;
        this.node = node;
        this.storage = node.storage(app);
        this.places = places;
        this.snapshots = snapshots;
        this.leaseTime = config.lease();
        this.address = address;
    }

    AppStorage storage() {
        return storage;
    }

    /** Null when this node has no right to run the app's objects, as far as it knows. */
    @Nullable
    Lease lease() {
        return lease;
    }

    boolean held() {
        Lease now = lease;
        return now != null && now.valid();
    }

    /** Takes the right, with a storage that is whole; empty when it is here now, else who has it. */
    Optional<Claim.Elsewhere> take(AppState state) throws IOException {
        long asked = System.nanoTime();
        switch (places.claim(state, node.id(), address, leaseTime)) {
            case Claim.Elsewhere elsewhere -> {
                lease = null;
                return Optional.of(elsewhere);
            }
            case Claim.Ours ours -> {
                takeUp(ours.epoch());
                // Only now: until here, nothing may be started that the lease would have to vouch for.
                lease = new Lease(ours.epoch(), ours.revision(), asked, leaseTime);
                return Optional.empty();
            }
        }
    }

    private void takeUp(long epoch) throws IOException {
        files.lock();
        try {
            storage.endStray();
            if (storage.epoch().equals(Optional.of(epoch))) {
                if (content.equals(Content.NOTHING)) {
                    content = snapshots.newest(app);
                }
                return;
            }
            if (!snapshots.kept() && epoch > 1) {
                throw new GheeException(
                                ErrorCode.SERVICE_BUSY, "The objects' storage is on a node that does not answer")
                        .withHeader("Retry-After", "10");
            }
            storage.delete();
            storage.create();
            content = snapshots.restore(app, storage);
            snapshots.begin(app, epoch, content);
            storage.epoch(epoch);
        } finally {
            files.unlock();
        }
    }

    /** True when the lease is ours for another while; the revision of what has to run is the lease's then. */
    boolean renew(AppState state) {
        Lease now = lease;
        if (now == null) {
            return false;
        }
        long asked = System.nanoTime();
        Optional<Long> revision = places.renew(state, node.id(), now.epoch(), leaseTime);
        revision.ifPresent(latest -> now.renewed(latest, asked, leaseTime));
        if (revision.isEmpty()) {
            lease = null;
        }
        return revision.isPresent();
    }

    /** Copies what has changed to the object store. */
    void copy() throws IOException {
        Lease now = lease;
        if (now == null || !snapshots.kept()) {
            return;
        }
        files.lock();
        try {
            copiedAt = Instant.now();
            content = snapshots.write(app, now.epoch(), storage, content, this::held);
        } finally {
            files.unlock();
        }
    }

    /** When the storage was copied last, or was about to be. */
    Instant copiedAt() {
        return copiedAt;
    }

    /** Deletes what belongs to classes that are no more. Nothing may be running. */
    void keepOnly(Set<UUID> classes) throws IOException {
        files.lock();
        try {
            storage.keepOnly(classes);
        } finally {
            files.unlock();
        }
    }

    /** Lets others take over. Everything has to be copied. */
    void release(AppState state) {
        Lease now = lease;
        if (now != null) {
            places.release(state, node.id(), now.epoch());
            lease = null;
        }
    }

    /** The app is gone, with all it stored. */
    void delete() throws IOException {
        lease = null;
        files.lock();
        try {
            storage.endStray();
            storage.delete();
            snapshots.delete(app);
        } finally {
            files.unlock();
        }
    }
}
