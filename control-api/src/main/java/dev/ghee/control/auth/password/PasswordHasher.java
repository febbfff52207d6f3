package dev.ghee.control.auth.password;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.EndUserAuthConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id on its own threads. Every method waits for its turn: call from a virtual thread. Passwords are compared in
 * Unicode form NFKC, so that the same keys give the same password on every system.
 */
@ApplicationScoped
public class PasswordHasher {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final Argon2Function argon2;
    private final FairPool pool;
    private final Duration patience;
    private final SecureRandom random = new SecureRandom();
    /** Belongs to nobody; made with the same parameters as everybody's. */
    private volatile @Nullable StoredHash decoy;

    PasswordHasher(EndUserAuthConfig config) {
        var settings = config.password();
        if (!StoredHash.Argon2.bearable(settings.memoryKib(), settings.iterations(), settings.parallelism())) {
            throw new IllegalStateException("ghee.end-user-auth.password asks for more than about a second per hash");
        }
        this.argon2 = Argon2Function.getInstance(
                settings.memoryKib(), settings.iterations(), settings.parallelism(), HASH_BYTES, Argon2.ID);
        int threads = settings.threads().orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
        this.pool = new FairPool("passwords", threads, settings.queue(), settings.queuePerApp());
        this.patience = settings.patience();
    }

    /** The hash in PHC form, with a fresh salt. Fails with {@code SERVICE_BUSY}. */
    public String hash(AppId app, String password) {
        return pool.run(app, patience, () -> hash(password));
    }

    /**
     * Whether the password is the one that was hashed. Without a stored hash it does the same work and says no, so
     * that the time tells nobody whether an account exists. Fails with {@code SERVICE_BUSY}.
     */
    public boolean matches(AppId app, String password, @Nullable String stored) {
        return pool.run(app, patience, () -> {
            Optional<StoredHash> known = Optional.ofNullable(stored).flatMap(StoredHash::parse);
            StoredHash expected = known.orElseGet(this::decoy);
            // Elsewhere passwords may have been hashed as they were typed.
            boolean same = expected.matches(bytes(password))
                    || (!Normalizer.isNormalized(password, Normalizer.Form.NFKC)
                            && expected.matches(password.getBytes(StandardCharsets.UTF_8)));
            return same && known.isPresent();
        });
    }

    /** Whether a stored hash was made with other parameters than new ones are, or by another algorithm. */
    public boolean outdated(String stored) {
        return !(StoredHash.parse(stored).orElse(null) instanceof StoredHash.Argon2 known
                && known.function().equals(argon2));
    }

    /** Whether a hash that was made elsewhere can be checked here, at a bearable cost. */
    public static boolean understands(String hash) {
        return StoredHash.parse(hash).isPresent();
    }

    private String hash(String password) {
        return NativeArgon2.get()
                .map(fast ->
                        fast.hash(argon2.getMemory(), argon2.getIterations(), argon2.getParallelism(), bytes(password)))
                .orElseGet(() -> hashInJava(password));
    }

    private String hashInJava(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return argon2.hash(bytes(password), salt).getResult();
    }

    private StoredHash decoy() {
        StoredHash made = decoy;
        if (made == null) {
            made = StoredHash.parse(hash("nobody's password")).orElseThrow();
            decoy = made;
        }
        return made;
    }

    private static byte[] bytes(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
    }

    @PreDestroy
    void close() {
        pool.close();
    }
}
