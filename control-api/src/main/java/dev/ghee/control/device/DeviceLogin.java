package dev.ghee.control.device;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.Contracts;
import dev.ghee.control.account.Person;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.key.KeyGrants;
import dev.ghee.control.key.NewKey;
import dev.ghee.control.platform.ControlConfig;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.control.secret.ShortCode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import jakarta.enterprise.context.RequestScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From a program's question to its key. Waits: call from a virtual thread. */
@RequestScoped
public class DeviceLogin {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int CODE_ATTEMPTS = 5;

    private final DeviceStore store;
    private final KeyGrants grants;
    private final CurrentRequest request;
    private final ControlConfig config;

    DeviceLogin(DeviceStore store, KeyGrants grants, CurrentRequest request, ControlConfig config) {
        this.store = store;
        this.grants = grants;
        this.request = request;
        this.config = config;
    }

    /** What the program shows, and what it asks with. */
    public record Begun(
            @JsonProperty("device_code") String deviceCode,
            @JsonProperty("user_code") String userCode,
            @JsonProperty("verification_uri") String verificationUri,
            @JsonProperty("verification_uri_complete") String verificationUriComplete,
            @JsonProperty("expires_in") long expiresIn,
            long interval) {
        @Override
        public String toString() {
            return "Begun[…]";
        }
    }

    /** Begins for a program that is known by this name. */
    public Begun begin(String clientId, String clientName, String scope) {
        RandomToken device = RandomToken.random();
        var asked = new DeviceStore.Asked(clientId, clientName, scope, request.clientAddress());
        for (int attempt = 0; attempt < CODE_ATTEMPTS; attempt++) {
            ShortCode code = ShortCode.random();
            if (store.insert(device, code, asked, INTERVAL, TTL)) {
                String page = config.publicUrl() + "/device";
                return new Begun(
                        device.value(),
                        code.shown(),
                        page,
                        page + "?user_code=" + code.shown(),
                        TTL.toSeconds(),
                        INTERVAL.toSeconds());
            }
        }
        throw new GheeException(ErrorCode.SERVICE_BUSY, "No free code was found; try again")
                .withHeader("Retry-After", "2");
    }

    /**
     * The key, once somebody has agreed. Until then, and otherwise, fails with the codes of RFC 8628:
     * {@code authorization_pending}, {@code slow_down}, {@code access_denied}, {@code expired_token},
     * {@code invalid_grant}.
     */
    public KeyGrants.Given exchange(@Nullable String deviceCode, String clientId) {
        RandomToken device =
                Optional.ofNullable(deviceCode).flatMap(RandomToken::parse).orElseThrow(DeviceLogin::unknown);
        return switch (store.poll(device, clientId)) {
            case UNKNOWN -> throw unknown();
            case EXPIRED -> throw new GheeException(ErrorCode.OAUTH_EXPIRED_TOKEN, "Nobody decided in time");
            case DENIED -> throw new GheeException(ErrorCode.OAUTH_ACCESS_DENIED, "It was denied");
            case TOO_SOON -> throw new GheeException(ErrorCode.OAUTH_SLOW_DOWN, "Wait five seconds longer each time");
            case PENDING ->
                throw new GheeException(ErrorCode.OAUTH_AUTHORIZATION_PENDING, "Nobody has typed the code yet");
            case APPROVED -> give(store.take(device).orElseThrow(DeviceLogin::unknown));
        };
    }

    /** Empty when no program waits for this code. */
    Optional<DeviceStore.Waiting> waiting(ShortCode code) {
        return store.waiting(code);
    }

    /** Fails as {@link KeyGrants#check} does. False when nothing waits for this code any more. */
    boolean approve(ShortCode code, Person person, NewKey wanted) {
        Waiting.on(() -> grants.check(person.caller(null), wanted));
        return store.decide(code, person, new String(Contracts.write(wanted), StandardCharsets.UTF_8));
    }

    boolean deny(ShortCode code, Person person) {
        return store.decide(code, person, null);
    }

    private KeyGrants.Given give(DeviceStore.Approval approval) {
        try {
            NewKey wanted = Contracts.read(approval.wantedKey().getBytes(StandardCharsets.UTF_8), NewKey.class);
            return Waiting.on(() -> grants.give(approval.person().caller(null), wanted));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GheeException unknown() {
        return new GheeException(ErrorCode.OAUTH_INVALID_GRANT, "The device code is unknown or was used");
    }
}
