package dev.ghee.control.auth.passkey;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.user.User;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * What a page hands to the browser: to {@code PublicKeyCredential.parseCreationOptionsFromJSON} and
 * {@code parseRequestOptionsFromJSON}. Field names are the standard's.
 */
final class Options {
    private static final String REQUIRED = "required";

    private Options() {}

    /** For {@code navigator.credentials.create}. */
    record Creation(
            RelyingParty rp,
            Owner user,
            String challenge,
            List<Parameters> pubKeyCredParams,
            long timeout,
            List<Descriptor> excludeCredentials,
            Selection authenticatorSelection,
            String attestation) {}

    /** For {@code navigator.credentials.get}: the device offers the keys that it has for this page. */
    record Request(
            String challenge, String rpId, long timeout, List<Descriptor> allowCredentials, String userVerification) {}

    record RelyingParty(String id, String name) {}

    record Owner(String id, String name, String displayName) {}

    record Parameters(String type, long alg) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Descriptor(String type, String id, List<String> transports) {}

    record Selection(String residentKey, boolean requireResidentKey, String userVerification) {}

    /** @param known keys that the user has already: their devices make no second one */
    static Creation creation(AppState app, User user, String origin, byte[] challenge, List<Passkey> known) {
        String name = user.email().isEmpty() ? user.id().toString() : user.email();
        return new Creation(
                new RelyingParty(Ceremony.relyingParty(origin), app.name()),
                new Owner(base64(handle(user.id())), name, user.displayName() == null ? name : user.displayName()),
                base64(challenge),
                Ceremony.ALGORITHMS.stream()
                        .map(algorithm -> new Parameters("public-key", algorithm.getValue()))
                        .toList(),
                PasskeyStore.CHALLENGE_TTL.toMillis(),
                known.stream()
                        .map(key -> new Descriptor("public-key", base64(key.credentialId()), key.transports()))
                        .toList(),
                new Selection(REQUIRED, true, REQUIRED),
                "none");
    }

    static Request request(String origin, byte[] challenge) {
        return new Request(
                base64(challenge),
                Ceremony.relyingParty(origin),
                PasskeyStore.CHALLENGE_TTL.toMillis(),
                List.of(),
                REQUIRED);
    }

    /** The user as devices know it: its id, and nothing that says who it is. */
    static byte[] handle(UUID userId) {
        return ByteBuffer.allocate(16)
                .putLong(userId.getMostSignificantBits())
                .putLong(userId.getLeastSignificantBits())
                .array();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
