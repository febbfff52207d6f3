package dev.ghee.control.auth.signin;

import dev.ghee.control.auth.session.Assurance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What showed that somebody is a user; whoever makes one has checked it. */
public sealed interface Proof {
    /** In claim {@code amr}: more than one factor was shown. */
    String MULTI_FACTOR = "mfa";

    /** For claim {@code amr} and for the audit log: one short lower-case word. */
    String method();

    /** What a session has that begins with this proof alone. */
    default Assurance assurance() {
        return Assurance.AAL1;
    }

    /** False where a second factor would ask the wrong person, or nobody. */
    default boolean asksForSecondFactor() {
        return assurance() == Assurance.AAL1;
    }

    /** As claim {@code amr} lists it. */
    default List<String> amr() {
        return List.of(method());
    }

    /** The session starts only while this is the user's password hash; null to start it anyhow. */
    default @Nullable String checkedHash() {
        return null;
    }

    /** Replaces the user's password hash, or null to keep it. */
    default @Nullable String renewedHash() {
        return null;
    }

    /**
     * Two factors, one after the other.
     *
     * @param method of the first
     * @param second method of the second
     */
    record TwoFactors(
            String method,
            String second,
            @Nullable String checkedHash,
            @Nullable String renewedHash) implements Proof {
        @Override
        public Assurance assurance() {
            return Assurance.AAL2;
        }

        @Override
        public List<String> amr() {
            return List.of(method, second, MULTI_FACTOR);
        }

        @Override
        public String toString() {
            return "TwoFactors[" + method + ", " + second + "]";
        }
    }

    /**
     * A password.
     *
     * @param checkedHash the stored hash that it was checked against: when it is no longer stored, the sign-in fails
     * @param renewedHash replaces the stored hash, or null to keep it
     */
    record Password(String checkedHash, @Nullable String renewedHash) implements Proof {
        @Override
        public String method() {
            return "pwd";
        }

        @Override
        public String toString() {
            return "Password[…]";
        }
    }

    /** A code or link that was mailed to the user's address. */
    record MailedCode() implements Proof {
        @Override
        public String method() {
            return "mail";
        }
    }

    /**
     * Another provider vouches for the user.
     *
     * @param provider its name in the app's configuration
     * @param newUser the user was made for this sign-in
     */
    record OAuth(String provider, boolean newUser) implements Proof {
        @Override
        public String method() {
            return "oauth";
        }
    }

    /**
     * A key on a device of the user.
     *
     * @param userVerified the device asked for a fingerprint or PIN: possession and person are two factors
     */
    record Passkey(boolean userVerified) implements Proof {
        @Override
        public String method() {
            return "passkey";
        }

        @Override
        public Assurance assurance() {
            return userVerified ? Assurance.AAL2 : Assurance.AAL1;
        }
    }

    /** Nothing: a user was made for whoever asked. */
    record Anonymous() implements Proof {
        @Override
        public String method() {
            return "anonymous";
        }

        @Override
        public boolean asksForSecondFactor() {
            return false;
        }
    }

    /**
     * An administrator acts as the user.
     *
     * @param administrator who
     */
    record Impersonation(String administrator) implements Proof {
        @Override
        public String method() {
            return "impersonation";
        }

        @Override
        public boolean asksForSecondFactor() {
            return false;
        }
    }
}
