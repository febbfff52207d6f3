package dev.ghee.control.auth.passkey;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticatorTransport;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.AttestationObject;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What the standard asks to be checked of a device's answer. The device has to ask its owner for a fingerprint or PIN;
 * who made it does not matter. Whatever is wrong with an answer, it is refused and no more said.
 */
@ApplicationScoped
class Ceremony {
    private static final Logger LOG = Logger.getLogger(Ceremony.class);

    /** In order of preference: Ed25519, ECDSA on P-256, RSA for older Windows. */
    static final List<COSEAlgorithmIdentifier> ALGORITHMS =
            List.of(COSEAlgorithmIdentifier.EdDSA, COSEAlgorithmIdentifier.ES256, COSEAlgorithmIdentifier.RS256);

    private static final List<PublicKeyCredentialParameters> PARAMETERS = ALGORITHMS.stream()
            .map(algorithm -> new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, algorithm))
            .toList();

    private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager();
    private final AttestedCredentialDataConverter converter =
            new AttestedCredentialDataConverter(new ObjectConverter());

    /** The name that a page's keys belong to: its host. */
    static String relyingParty(String origin) {
        return URI.create(origin).getHost();
    }

    /** A device's new key, as its answer says it; nothing of it is checked yet. */
    Optional<RegistrationData> registration(String json) {
        return read(() -> manager.parseRegistrationResponseJSON(json));
    }

    /** A device's signature, as its answer says it; nothing of it is checked yet. */
    Optional<AuthenticationData> authentication(String json) {
        return read(() -> manager.parseAuthenticationResponseJSON(json));
    }

    /** Empty when the answer is not one to this challenge and page, or not in order. */
    Optional<NewPasskey> verify(RegistrationData data, byte[] challenge, String origin) {
        return read(() -> {
            manager.verify(data, new RegistrationParameters(server(challenge, origin), PARAMETERS, true, true));
            AttestationObject attestation = required(data.getAttestationObject());
            AuthenticatorData<?> device = attestation.getAuthenticatorData();
            AttestedCredentialData credential = required(device.getAttestedCredentialData());
            Set<AuthenticatorTransport> transports = data.getTransports();
            return new NewPasskey(
                    credential.getCredentialId(),
                    converter.convert(credential),
                    device.getSignCount(),
                    device.isFlagBE(),
                    device.isFlagBS(),
                    transports == null
                            ? List.of()
                            : transports.stream()
                                    .map(AuthenticatorTransport::getValue)
                                    .limit(NewPasskey.MAX_TRANSPORTS)
                                    .toList());
        });
    }

    /**
     * Empty when the answer is not one to this challenge and page by the holder of this key; also when the key's count
     * of uses went back, since then there are two of it.
     */
    Optional<Use> verify(AuthenticationData data, byte[] challenge, String origin, Passkey passkey) {
        return read(() -> {
            AttestedCredentialData credential = converter.convert(passkey.credential());
            CredentialRecord record = new CredentialRecordImpl(
                    new NoneAttestationStatement(),
                    true,
                    passkey.backupEligible(),
                    passkey.backedUp(),
                    passkey.signCount(),
                    credential,
                    null,
                    null,
                    null,
                    null);
            manager.verify(data, new AuthenticationParameters(server(challenge, origin), record, null, true, true));
            AuthenticatorData<?> device = required(data.getAuthenticatorData());
            return new Use(device.getSignCount(), device.isFlagBS());
        });
    }

    /** What a use changes of a key. */
    record Use(long signCount, boolean backedUp) {}

    private static ServerProperty server(byte[] challenge, String origin) {
        return new ServerProperty(Origin.create(origin), relyingParty(origin), new DefaultChallenge(challenge));
    }

    private static <T> T required(@org.jspecify.annotations.Nullable T part) {
        if (part == null) {
            throw new IllegalArgumentException("The answer lacks a part");
        }
        return part;
    }

    /** The library's readers fail in many ways on bytes that somebody made up: each of them is a refusal. */
    private static <T> Optional<T> read(Supplier<T> work) {
        try {
            return Optional.of(work.get());
        } catch (RuntimeException e) {
            LOG.debugf("Passkey refused: cause=%s", e.getClass().getSimpleName());
            return Optional.empty();
        }
    }
}
