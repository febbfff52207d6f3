package dev.ghee.control.auth.signin;

import dev.ghee.contracts.AppState;
import java.util.List;
import java.util.UUID;

/** Which second factors a user has set up. */
public interface SecondFactors {
    /** Kinds, such as {@code totp}; empty when one factor is enough for this user. */
    List<String> of(AppState app, UUID userId);
}
