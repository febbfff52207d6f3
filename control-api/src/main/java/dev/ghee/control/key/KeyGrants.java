package dev.ghee.control.key;

import dev.ghee.control.platform.Account;
import dev.ghee.control.platform.Accounts;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;
import java.util.UUID;

/** Keys that somebody lets a program have, under the same rules as keys that the person makes. */
@RequestScoped
public class KeyGrants {
    private final Accounts accounts;
    private final KeyChanges changes;
    private final ApiKeys keys;

    KeyGrants(Accounts accounts, KeyChanges changes, ApiKeys keys) {
        this.accounts = accounts;
        this.changes = changes;
        this.keys = keys;
    }

    /** A new key, to be told once. */
    public record Given(UUID keyId, String key, List<String> scopes) {
        @Override
        public String toString() {
            return "Given[" + keyId + "]";
        }
    }

    /** Whether the person may make this key now. Fails as {@code POST /api-keys} does. */
    public Uni<Void> check(Caller.PlatformOwner person, NewKey wanted) {
        return account(person).chain(account -> changes.check(person, account, wanted));
    }

    /** Makes the key. The person's role may have changed since it agreed: fails as {@link #check} does. */
    public Uni<Given> give(Caller.PlatformOwner person, NewKey wanted) {
        return account(person)
                .chain(account -> changes.issue(person, account, wanted))
                .map(issued -> new Given(
                        issued.key().id(), issued.secret().value(), issued.key().scopes()));
    }

    /** Revokes a key that was given; again is no error. */
    public Uni<Void> withdraw(UUID keyId) {
        return keys.withdraw(keyId).replaceWithVoid();
    }

    private Uni<Account> account(Caller.PlatformOwner person) {
        return accounts.of(person);
    }
}
