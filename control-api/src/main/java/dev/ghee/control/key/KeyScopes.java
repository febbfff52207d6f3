package dev.ghee.control.key;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a new key may do.
 *
 * @param target the only app it may administer; null for every app of its organisation
 * @param additional uses beyond apps
 */
record KeyScopes(@Nullable AppId target, Set<String> additional) {
    private static final String EVERYTHING = "*";
    private static final String APP_PREFIX = "app:";
    private static final Set<String> ADDITIONAL = Set.of("ai:gateway", "substrate");
    private static final Set<String> AUDIENCES = Set.of("app", "substrate", "both");

    /**
     * Fails with {@code INVALID_KEY_SCOPE}, {@code TARGET_APP_REQUIRED}, {@code TARGET_APP_NOT_ALLOWED},
     * {@code RESERVED_SCOPE}, {@code UNKNOWN_SCOPE} or {@code VALIDATION_INVALID_SCOPE}.
     */
    static KeyScopes of(NewKey key) {
        requireAudience(key.scope());
        List<String> legacy = key.scopes();
        if (legacy != null && key.keyScope() == null) {
            return ofLegacy(legacy, additional(key.additionalScopes()));
        }
        String keyScope = Optional.ofNullable(key.keyScope()).orElse("account");
        Set<String> additional = additional(key.additionalScopes());
        return switch (keyScope) {
            case "account" -> {
                if (key.targetAppId() != null) {
                    throw new GheeException(
                            ErrorCode.TARGET_APP_NOT_ALLOWED, "target_app_id goes with key_scope app only");
                }
                yield new KeyScopes(null, additional);
            }
            case "app" -> new KeyScopes(target(key.targetAppId()), additional);
            default -> throw new GheeException(ErrorCode.INVALID_KEY_SCOPE, "key_scope must be account or app");
        };
    }

    /** As stored: {@code *} or {@code app:<id>}, then the additional ones. */
    List<String> stored() {
        var scopes = new LinkedHashSet<String>();
        scopes.add(target == null ? EVERYTHING : APP_PREFIX + target.value());
        scopes.addAll(additional);
        return List.copyOf(scopes);
    }

    /** The only app that a stored key may administer; empty when it is not limited to one. */
    static Optional<AppId> targetOf(List<String> stored) {
        return stored.stream()
                .filter(scope -> scope.startsWith(APP_PREFIX))
                .map(scope -> new AppId(scope.substring(APP_PREFIX.length())))
                .findFirst();
    }

    private static KeyScopes ofLegacy(List<String> scopes, Set<String> additional) {
        var others = new LinkedHashSet<>(additional);
        AppId target = null;
        boolean everything = false;
        for (String scope : scopes) {
            if (scope.equals(EVERYTHING)) {
                everything = true;
            } else if (scope.startsWith(APP_PREFIX)) {
                AppId app = target(scope.substring(APP_PREFIX.length()));
                if (target != null && !target.equals(app)) {
                    throw new GheeException(ErrorCode.TARGET_APP_NOT_ALLOWED, "A key covers one app or all of them");
                }
                target = app;
            } else {
                others.add(known(scope));
            }
        }
        if (target == null && !everything) {
            throw new GheeException(ErrorCode.UNKNOWN_SCOPE, "scopes needs * or app:<id>");
        }
        return new KeyScopes(everything ? null : target, others);
    }

    private static Set<String> additional(@Nullable List<String> scopes) {
        var known = new LinkedHashSet<String>();
        if (scopes != null) {
            for (String scope : scopes) {
                if (scope.equals(EVERYTHING) || scope.startsWith(APP_PREFIX)) {
                    throw new GheeException(
                            ErrorCode.RESERVED_SCOPE, "additional_scopes takes neither * nor app:<id>; use key_scope");
                }
                known.add(known(scope));
            }
        }
        return known;
    }

    private static String known(String scope) {
        if (!ADDITIONAL.contains(scope)) {
            throw new GheeException(ErrorCode.UNKNOWN_SCOPE, "Scopes besides apps are ai:gateway and substrate");
        }
        return scope;
    }

    private static AppId target(@Nullable String id) {
        if (id == null) {
            throw new GheeException(ErrorCode.TARGET_APP_REQUIRED, "key_scope app needs target_app_id");
        }
        if (!AppId.isValid(id)) {
            throw new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "App not found");
        }
        return new AppId(id);
    }

    /** This installation has no substrate, so a key for it alone would be good for nothing. */
    private static void requireAudience(@Nullable String scope) {
        if (scope != null && !AUDIENCES.contains(scope)) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCOPE, "scope must be app, substrate or both");
        }
        if (scope != null && !scope.equals("app")) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCOPE, "This installation has keys for apps only");
        }
    }
}
