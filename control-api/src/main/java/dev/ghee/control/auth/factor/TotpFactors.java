package dev.ghee.control.auth.factor;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.signin.SecondFactors;
import dev.ghee.control.auth.user.User;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/** Setting up an authenticator app, and checking its codes. Waits: call from a virtual thread. */
@ApplicationScoped
class TotpFactors implements SecondFactors {
    /** In claim {@code amr}. */
    static final String OTP = "otp";

    static final String RECOVERY = "recovery";
    private static final int MAX_CODE = 64;

    private final TotpStore store;
    private final RecoveryCodes recovery;
    private final MasterKey master;
    private final SecureRandom random = new SecureRandom();

    TotpFactors(TotpStore store, RecoveryCodes recovery, MasterKey master) {
        this.store = store;
        this.recovery = recovery;
        this.master = master;
    }

    @Override
    public List<String> of(AppState app, UUID userId) {
        return store.status(app, userId).confirmed() ? List.of("totp", "recovery_code") : List.of();
    }

    TotpStore.Status status(AppState app, UUID userId) {
        return store.status(app, userId);
    }

    /** A secret that waits for its first code. */
    record Pending(String secret, String url) {
        @Override
        public String toString() {
            return "Pending[…]";
        }
    }

    /** Fails with 409 when the user has a confirmed factor. */
    Pending enrol(AppState app, User user) {
        byte[] secret = Totp.newSecret(random);
        if (!store.enrol(app, user.id(), master.seal(secret, owner(app, user.id())))) {
            throw new GheeException(
                    ErrorCode.RESOURCE_CONFLICT, "An authenticator app is set up already; disable it first");
        }
        String account = user.email().isEmpty() ? user.id().toString() : user.email();
        return new Pending(Totp.base32(secret), Totp.url(app.name(), account, secret));
    }

    /** Takes the factor into force with its first code, and gives the recovery codes, this once. */
    List<String> confirm(AppState app, UUID userId, String code) {
        long step = step(app, userId, code, false).orElseThrow(TotpFactors::invalid);
        List<String> codes = recovery.make();
        if (!store.confirm(app, userId, step, hashes(app, userId, codes))) {
            throw invalid();
        }
        return codes;
    }

    /**
     * Uses up what the user shows, and gives its name for claim {@code amr}. Fails with 400 when it is not right or was
     * used before, and with 429 after too many attempts.
     */
    String check(AppState app, UUID userId, Shown shown) {
        return switch (shown) {
            case Shown.Code(String code) -> {
                long step = step(app, userId, code, true).orElseThrow(TotpFactors::invalid);
                if (!store.accept(app, userId, step)) {
                    throw invalid();
                }
                yield OTP;
            }
            case Shown.Recovery(String code) -> {
                secret(app, userId, true);
                if (code.length() > MAX_CODE || !store.recover(app, userId, recovery.hash(app, userId, code))) {
                    throw invalid();
                }
                yield RECOVERY;
            }
        };
    }

    /** What a user shows. */
    sealed interface Shown {
        /** Of an authenticator app. */
        record Code(String code) implements Shown {
            @Override
            public String toString() {
                return "Code[…]";
            }
        }

        /** One of the codes that were shown at set-up. */
        record Recovery(String code) implements Shown {
            @Override
            public String toString() {
                return "Recovery[…]";
            }
        }
    }

    /** New recovery codes; the old ones are void. */
    List<String> renewRecoveryCodes(AppState app, UUID userId) {
        List<String> codes = recovery.make();
        store.renew(app, userId, hashes(app, userId, codes));
        return codes;
    }

    boolean remove(AppState app, UUID userId) {
        return store.remove(app, userId);
    }

    private OptionalLong step(AppState app, UUID userId, String code, boolean confirmed) {
        byte[] secret = secret(app, userId, confirmed);
        String plain = code.length() > MAX_CODE ? "" : code.replace(" ", "");
        return Totp.plausible(plain) ? Totp.step(secret, plain, Instant.now()) : OptionalLong.empty();
    }

    /** Counts an attempt. */
    private byte[] secret(AppState app, UUID userId, boolean confirmed) {
        String sealed = store.attempt(app, userId, confirmed).orElseThrow(() -> refused(app, userId, confirmed));
        return master.open(sealed, owner(app, userId));
    }

    private GheeException refused(AppState app, UUID userId, boolean confirmed) {
        TotpStore.Status status = store.status(app, userId);
        if (!status.enrolled() || (confirmed && !status.confirmed())) {
            return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "No authenticator app is set up");
        }
        if (!confirmed && status.confirmed()) {
            return new GheeException(ErrorCode.RESOURCE_CONFLICT, "An authenticator app is set up already");
        }
        return new GheeException(ErrorCode.QUOTA_RATE_LIMIT, "Too many codes; try again later")
                .withHeader("Retry-After", Integer.toString(TotpStore.WINDOW_SECONDS));
    }

    private List<String> hashes(AppState app, UUID userId, List<String> codes) {
        return codes.stream().map(code -> recovery.hash(app, userId, code)).toList();
    }

    private static String owner(AppState app, UUID userId) {
        return "totp " + app.appId().value() + " " + userId;
    }

    private static GheeException invalid() {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The code is not valid");
    }
}
