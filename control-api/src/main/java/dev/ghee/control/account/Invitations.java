package dev.ghee.control.account;

import dev.ghee.control.auth.user.Email;

/** Whom somebody has invited; they may sign up even while sign-up is closed. */
public interface Invitations {
    /** Whether the token is of an invitation to this address that still holds. Waits. */
    boolean holds(String token, Email email);
}
