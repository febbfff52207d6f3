package dev.ghee.control.auth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AppState.PublicKey;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.auth.password.FairPool;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.tenancy.directory.AppDirectory;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys that sign an app's access tokens. The first one is made when it is first needed, once, however many ask.
 * Nothing is signed with a key before every service can verify it: the key's public half is published as part of the
 * app's state first. Whatever a crash left unpublished is published by whoever signs next. Waits: call from a virtual
 * thread.
 */
@ApplicationScoped
public class SigningKeys {
    private static final int CACHED_APPS = 5_000;
    private static final Duration REREAD = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration GENERATION_PATIENCE = Duration.ofSeconds(60);
    private static final int MAX_WAITING = 1_000;
    private static final int MAX_WAITING_PER_APP = 200;

    private final KeyStore store;
    private final AppStates appStates;
    private final AppDirectory directory;
    private final SecureRandom random = new SecureRandom();
    private final Cache<AppId, KeyRing> rings = Caffeine.newBuilder()
            .maximumSize(CACHED_APPS)
            .expireAfterWrite(REREAD)
            .build();
    /** One per app that has signed in here: apps must not wait for each other's keys. */
    private final ConcurrentHashMap<AppId, ReentrantLock> locks = new ConcurrentHashMap<>();

    /**
     * A signature takes about a millisecond, so it must not wait behind passwords, nor run on an event loop. It is most
     * of what a refresh costs, so all processors may sign.
     */
    private final FairPool pool =
            new FairPool("signatures", Runtime.getRuntime().availableProcessors(), MAX_WAITING, MAX_WAITING_PER_APP);
    /** Searching for primes takes from a tenth of a second to many, so it must not keep signatures waiting. */
    private final FairPool generation = new FairPool("key-generation", 1, MAX_WAITING, 2);

    SigningKeys(KeyStore store, AppStates appStates, AppDirectory directory) {
        this.store = store;
        this.appStates = appStates;
        this.directory = directory;
    }

    /** The key to sign a token of this life with; every service that knows the app can verify it. */
    KeyRing.Active forTokensOf(AppState app, Duration ttl) {
        KeyRing ring = rings.getIfPresent(app.appId());
        if (ring == null || !published(app, ring) || ttl.compareTo(ring.active().longestToken()) > 0) {
            ring = prepare(app, ttl);
        }
        return ring.active();
    }

    /** Runs a signature on threads of its own. */
    <T> T compute(AppId app, Callable<T> signature) {
        return pool.run(app, PATIENCE, signature);
    }

    /**
     * Signs new tokens with a new key of the same kind from now on. Gives the keys that verify tokens, the new one
     * first.
     *
     * @param refuseOldTokens when true, all tokens signed so far are refused at once: for a key that leaked
     */
    public List<PublicKey> rotate(AppState app, Duration ttl, boolean refuseOldTokens) {
        ReentrantLock lock = lock(app);
        lock.lock();
        try {
            SigningAlgorithm algorithm =
                    SigningAlgorithm.of(forTokensOf(app, ttl).jwk());
            var fate = refuseOldTokens ? KeyStore.RetiredTokens.REFUSED : KeyStore.RetiredTokens.LIVE_ON;
            return replace(app, ttl, algorithm, fate);
        } finally {
            lock.unlock();
        }
    }

    /** Signs new tokens with a key for this algorithm from now on; older tokens live on. */
    public void use(AppState app, Duration ttl, SigningAlgorithm algorithm) {
        ReentrantLock lock = lock(app);
        lock.lock();
        try {
            KeyRing ring = store.ring(app).orElse(null);
            if (ring == null) {
                store.insertFirst(app, generate(app, algorithm), ttl);
                prepare(app, ttl);
            } else if (SigningAlgorithm.of(ring.active().jwk()) != algorithm) {
                replace(app, ttl, algorithm, KeyStore.RetiredTokens.LIVE_ON);
            }
        } finally {
            lock.unlock();
        }
    }

    private List<PublicKey> replace(
            AppState app, Duration ttl, SigningAlgorithm algorithm, KeyStore.RetiredTokens fate) {
        store.rotate(app, generate(app, algorithm), ttl, fate);
        rings.invalidate(app.appId());
        return prepare(app, ttl).publicKeys(Instant.now());
    }

    private KeyRing prepare(AppState app, Duration ttl) {
        ReentrantLock lock = lock(app);
        lock.lock();
        try {
            KeyRing ring = store.ring(app).orElseGet(() -> first(app, ttl));
            if (ttl.compareTo(ring.active().longestToken()) > 0) {
                store.signsFor(app, ring.active().jwk().kid(), ttl);
                ring = store.ring(app).orElseThrow();
            }
            if (!published(app, ring)) {
                List<PublicKey> keys = ring.publicKeys(Instant.now());
                Waiting.on(() -> appStates.setJwks(app.appId(), keys));
            }
            rings.put(app.appId(), ring);
            return ring;
        } finally {
            lock.unlock();
        }
    }

    private KeyRing first(AppState app, Duration ttl) {
        store.insertFirst(app, generate(app, SigningAlgorithm.RS256), ttl);
        return store.ring(app).orElseThrow();
    }

    private NewKey generate(AppState app, SigningAlgorithm algorithm) {
        return generation.run(app.appId(), GENERATION_PATIENCE, () -> NewKey.generate(algorithm, random));
    }

    /** Whether verifiers know exactly the keys of this ring. */
    private boolean published(AppState app, KeyRing ring) {
        Optional<AppState> newest = directory.known(app.appId());
        return newest.orElse(app).jwks().equals(ring.publicKeys(Instant.now()));
    }

    private ReentrantLock lock(AppState app) {
        return locks.computeIfAbsent(app.appId(), _ -> new ReentrantLock());
    }

    @PreDestroy
    void close() {
        pool.close();
        generation.close();
    }
}
