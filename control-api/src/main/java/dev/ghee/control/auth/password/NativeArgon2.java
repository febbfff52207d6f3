package dev.ghee.control.auth.password;

import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import io.quarkus.logging.Log;
import java.util.Optional;

/**
 * Argon2 by its reference library: twice as fast as in Java, and without 19 MB of garbage per password. There is a build
 * of it for most systems; where it does not load, Argon2 is computed in Java.
 */
final class NativeArgon2 {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Optional<NativeArgon2> LOADED = load();

    private final Argon2 argon2id = Argon2Factory.create(Argon2Types.ARGON2id, SALT_BYTES, HASH_BYTES);
    private final Argon2 argon2i = Argon2Factory.create(Argon2Types.ARGON2i);
    private final Argon2 argon2d = Argon2Factory.create(Argon2Types.ARGON2d);

    private NativeArgon2() {}

    static Optional<NativeArgon2> get() {
        return LOADED;
    }

    private static Optional<NativeArgon2> load() {
        try {
            var loaded = new NativeArgon2();
            loaded.hash(8, 1, 1, new byte[0]);
            return Optional.of(loaded);
        } catch (LinkageError e) {
            Log.info("Argon2 is computed in Java: no native library for this system");
            return Optional.empty();
        }
    }

    /** Argon2id in PHC form, with a fresh salt. */
    String hash(int memoryKib, int iterations, int lanes, byte[] password) {
        return argon2id.hash(iterations, memoryKib, lanes, password);
    }

    /** Compares in constant time. False for a text that is no hash. */
    boolean matches(String phc, byte[] password) {
        if (phc.startsWith("$argon2id$")) {
            return argon2id.verify(phc, password);
        }
        return (phc.startsWith("$argon2i$") ? argon2i : argon2d).verify(phc, password);
    }
}
