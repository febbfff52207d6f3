package dev.ghee.control.auth.passkey;

import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.client.CollectedClientData;
import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.session.Assurance;
import dev.ghee.control.auth.session.SessionStore;
import dev.ghee.control.auth.signin.SecondFactors;
import dev.ghee.control.auth.user.User;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Making passkeys and signing in with them. Waits: call from a virtual thread. */
@ApplicationScoped
class Passkeys {
    private final PasskeyStore store;
    private final Ceremony ceremony;
    private final SecondFactors factors;

    Passkeys(PasskeyStore store, Ceremony ceremony, SecondFactors factors) {
        this.store = store;
        this.ceremony = ceremony;
        this.factors = factors;
    }

    /**
     * Begins making a key. Fails with 403 when the user has a second factor that this session has not shown: a passkey
     * signs in without it.
     */
    Options.Creation creation(AppState app, SessionStore.Current caller, String origin) {
        requireAssured(app, caller);
        User user = caller.user();
        byte[] challenge = store.challenge(app, user.id(), origin);
        return Options.creation(app, user, origin, challenge, store.of(app, user.id()));
    }

    /** Keeps the key that a device has made. Fails with 400 when its answer is not in order, and like the above. */
    Passkey register(AppState app, SessionStore.Current caller, String answer, String name) {
        requireAssured(app, caller);
        UUID user = caller.user().id();
        RegistrationData data = ceremony.registration(answer).orElseThrow(Passkeys::unusable);
        byte[] challenge = challenge(data.getCollectedClientData()).orElseThrow(Passkeys::unusable);
        NewPasskey key = store.answer(app, challenge, user)
                .flatMap(origin -> ceremony.verify(data, challenge, origin))
                .orElseThrow(Passkeys::unusable);
        return store.insert(app, user, key, name)
                .orElseThrow(() -> new GheeException(
                        ErrorCode.RESOURCE_CONFLICT,
                        "This passkey is known already, or there are " + PasskeyStore.MAX_PASSKEYS + " of them"));
    }

    Options.Request request(AppState app, String origin) {
        return Options.request(origin, store.challenge(app, null, origin));
    }

    /** The user whose key has answered; empty, without saying why, for every answer that is not in order. */
    Optional<UUID> signIn(AppState app, String answer) {
        AuthenticationData data = ceremony.authentication(answer).orElse(null);
        byte[] challenge =
                data == null ? null : challenge(data.getCollectedClientData()).orElse(null);
        if (data == null || challenge == null) {
            return Optional.empty();
        }
        String origin = store.answer(app, challenge, null).orElse(null);
        Passkey passkey = store.byCredential(app, data.getCredentialId()).orElse(null);
        if (origin == null || passkey == null || !isOwner(passkey, data.getUserHandle())) {
            return Optional.empty();
        }
        return ceremony.verify(data, challenge, origin, passkey)
                .filter(use -> store.used(app, passkey.id(), use))
                .map(_ -> passkey.userId());
    }

    /** Devices tell whose key it is when they were not told which one to use. */
    private static boolean isOwner(Passkey passkey, byte @Nullable [] handle) {
        return handle == null || Arrays.equals(handle, Options.handle(passkey.userId()));
    }

    private void requireAssured(AppState app, SessionStore.Current caller) {
        if (caller.session().assurance() == Assurance.AAL1
                && !factors.of(app, caller.user().id()).isEmpty()) {
            throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "Show your second factor first: POST mfa/verify");
        }
    }

    private static Optional<byte[]> challenge(@Nullable CollectedClientData data) {
        return Optional.ofNullable(data).map(CollectedClientData::getChallenge).map(challenge -> challenge.getValue());
    }

    private static GheeException unusable() {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The passkey was not accepted; start again");
    }
}
