package dev.ghee.control.mcpauth;

import dev.ghee.contracts.Contracts;
import dev.ghee.control.account.Person;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.key.KeyGrants;
import dev.ghee.control.key.NewKey;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.RequestScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** From somebody's decision to a key for the program that asked. Waits: call from a virtual thread. */
@RequestScoped
class Authorization {
    private static final Logger LOG = Logger.getLogger(Authorization.class);
    private static final Duration CODE_TTL = Duration.ofSeconds(60);
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");
    private static final String GATEWAY = "ai:gateway";

    private final RequestStore requests;
    private final KeyGrants grants;

    Authorization(RequestStore requests, KeyGrants grants) {
        this.requests = requests;
        this.grants = grants;
    }

    /** What waits for a decision. Fails with 404 {@code RESOURCE_NOT_FOUND}. */
    RequestStore.Open open(@Nullable String st) {
        return token(st).flatMap(requests::open).orElseThrow(Authorization::gone);
    }

    /** Whether a program also asks to use the AI gateway. */
    static boolean asksForGateway(RequestStore.Open open) {
        return List.of(open.scope().split(" ")).contains(GATEWAY);
    }

    /**
     * Says yes. Never to more than the program asked for. Where to send the person's browser; fails with 404
     * {@code RESOURCE_NOT_FOUND}, 400 {@code UNKNOWN_SCOPE}, and as {@link KeyGrants#check} does.
     */
    String approve(@Nullable String st, Person person, NewKey wanted) {
        RequestStore.Open open = open(st);
        List<String> more = wanted.additionalScopes() == null ? List.of() : wanted.additionalScopes();
        if (!more.stream().allMatch(scope -> scope.equals(GATEWAY) && asksForGateway(open))) {
            throw new GheeException(ErrorCode.UNKNOWN_SCOPE, "The program has not asked for that");
        }
        Waiting.on(() -> grants.check(person.caller(null), wanted));
        RandomToken code = RandomToken.random();
        String key = new String(Contracts.write(wanted), StandardCharsets.UTF_8);
        if (!requests.approve(token(st).orElseThrow(), person, key, code, CODE_TTL)) {
            throw gone();
        }
        return answer(open.redirectUri(), "code=" + code.value(), open.clientState());
    }

    /** Says no. Where to send the person's browser; fails with 404 {@code RESOURCE_NOT_FOUND}. */
    String deny(@Nullable String st) {
        RequestStore.Open open = open(st);
        if (!requests.deny(token(st).orElseThrow())) {
            throw gone();
        }
        return answer(open.redirectUri(), "error=access_denied", open.clientState());
    }

    /**
     * The key for a code. A code is used up by whoever shows it first; shown again, the key that it gave is revoked.
     * Fails with {@code OAUTH_INVALID_GRANT}.
     */
    KeyGrants.Given exchange(
            @Nullable String code, @Nullable String clientId, @Nullable String redirectUri, @Nullable String verifier) {
        RandomToken token = token(code).orElseThrow(Authorization::badCode);
        Optional<RequestStore.Approved> used = requests.use(token);
        if (used.isEmpty()) {
            requests.replayed(token).ifPresent(this::withdraw);
            throw badCode();
        }
        RequestStore.Approved approved = used.get();
        if (!approved.clientId().equals(clientId)
                || !approved.redirectUri().equals(redirectUri)
                || verifier == null
                || !proves(verifier, approved.codeChallenge())) {
            throw badCode();
        }
        KeyGrants.Given given = Waiting.on(() -> grants.give(approved.person().caller(null), key(approved)));
        if (!requests.gave(token, given.keyId())) {
            withdraw(given.keyId());
            throw badCode();
        }
        return given;
    }

    private void withdraw(UUID key) {
        LOG.warnf("Authorization code shown twice, key revoked: key=%s", key);
        Waiting.on(() -> grants.withdraw(key).replaceWith(true));
    }

    private static boolean proves(String verifier, String challenge) {
        if (!VERIFIER.matcher(verifier).matches()) {
            return false;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            String expected = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
            return MessageDigest.isEqual(
                    expected.getBytes(StandardCharsets.US_ASCII), challenge.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    private static NewKey key(RequestStore.Approved approved) {
        try {
            return Contracts.read(approved.wantedKey().getBytes(StandardCharsets.UTF_8), NewKey.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The redirect with an answer and the program's own state. */
    static String answer(RedirectUri redirect, String query, @Nullable String clientState) {
        return redirect.with(
                clientState == null
                        ? query
                        : query + "&state=" + URLEncoder.encode(clientState, StandardCharsets.UTF_8));
    }

    private static Optional<RandomToken> token(@Nullable String text) {
        return Optional.ofNullable(text).flatMap(RandomToken::parse);
    }

    private static GheeException gone() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "The question is too old, or was answered already");
    }

    private static GheeException badCode() {
        return new GheeException(
                ErrorCode.OAUTH_INVALID_GRANT, "The code is unknown, used, too old, or not for this program");
    }
}
