package dev.ghee.control.account;

import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.control.auth.user.Email;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** People with a password here. Waits: call from a virtual thread. */
@ApplicationScoped
class PersonStore {
    // Two who prove the same address at the same moment: the second finds the first, or breaks its unique index.
    private static final String INSERT = """
            WITH fresh AS (
              INSERT INTO platform_user (id, email)
              SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM platform_account WHERE email = $2)
              RETURNING id)
            INSERT INTO platform_account (user_id, email, password_hash) SELECT id, $2, $3 FROM fresh
            ON CONFLICT (email) DO NOTHING
            RETURNING user_id, email""";
    private static final String BY_EMAIL = """
            SELECT user_id, email, password_hash FROM platform_account WHERE email = $1""";
    private static final String SET_PASSWORD = """
            UPDATE platform_account SET password_hash = $2 WHERE email = $1 RETURNING user_id, email""";
    private static final String RENEW_HASH = """
            UPDATE platform_account SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2""";

    private final ControlSql sql;

    PersonStore(ControlSql sql) {
        this.sql = sql;
    }

    /** A person and the stored hash of the password. */
    record WithPassword(Person person, String hash) {
        @Override
        public String toString() {
            return "WithPassword[" + person.userId() + "]";
        }
    }

    /** Empty when the address has an account. */
    Optional<Person> insert(Email email, String passwordHash) {
        return sql.first(INSERT, Tuple.of(UUID.randomUUID(), email.value(), passwordHash))
                .map(PersonStore::person);
    }

    Optional<WithPassword> find(Email email) {
        return sql.first(BY_EMAIL, Tuple.of(email.value()))
                .map(row -> new WithPassword(person(row), row.getString("password_hash")));
    }

    /** Empty when the address has no account. */
    Optional<Person> setPassword(Email email, String passwordHash) {
        return sql.first(SET_PASSWORD, Tuple.of(email.value(), passwordHash)).map(PersonStore::person);
    }

    /** The same password, hashed with other parameters. Does nothing when it was changed meanwhile. */
    void renewHash(Person person, String before, String after) {
        sql.update(RENEW_HASH, Tuple.of(person.userId(), before, after));
    }

    static Person person(Row row) {
        return new Person(row.getUUID("user_id"), row.getString("email"));
    }
}
