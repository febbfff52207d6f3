package dev.ghee.appdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.contracts.AppId;
import dev.ghee.pgoutput.WalDecoder;
import dev.ghee.pgoutput.WalMessage;
import dev.ghee.testkit.LocalStack;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader of the log is told when access may have changed: the command, in the transaction that did it. */
class AccessMessagesIT {
    private static final AppId APP =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    private static final String SLOT = "access_" + APP.database();

    private static Cluster cluster;

    @BeforeAll
    static void provision() throws SQLException {
        Map<String, String> config = LocalStack.shared().configuration();
        cluster = new Cluster(
                config.get("ghee.regions.us-east-1.postgres.host"),
                Integer.parseInt(config.get("ghee.regions.us-east-1.postgres.port")),
                config.get("ghee.postgres.admin-user"),
                config.get("ghee.postgres.admin-password"),
                config.get("ghee.postgres.owner-password"),
                config.get("ghee.postgres.authenticator-password"),
                config.get("ghee.postgres.replicator-password"));
        new ClusterBootstrap(cluster).createRoles();
        new AppDatabases(cluster).provision(APP);
        try (Connection admin = cluster.admin(APP.database());
                Statement sql = admin.createStatement()) {
            sql.execute("SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
        }
    }

    @AfterAll
    static void drop() throws SQLException {
        new AppDatabases(cluster).drop(APP);
    }

    @BeforeEach
    void objects() throws SQLException {
        owner(
                "DROP TABLE IF EXISTS t, s, u CASCADE",
                "DROP VIEW IF EXISTS v",
                "DROP FUNCTION IF EXISTS f, g, ghee_realtime.judge_1, ghee_realtime.judge_2",
                "DROP TYPE IF EXISTS colour",
                "DROP DOMAIN IF EXISTS small",
                "CREATE TABLE t (id int PRIMARY KEY, n int, owner_id text)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (true)",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE TYPE colour AS ENUM ('red')",
                "CREATE DOMAIN small AS int",
                "CREATE FUNCTION ghee_realtime.judge_1() RETURNS int LANGUAGE sql AS 'SELECT 1'");
        messages();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE POLICY q ON t USING (false)",
                "ALTER POLICY p ON t USING (n > 0)",
                "ALTER POLICY p ON t TO butterbase_anon",
                "DROP POLICY p ON t",
                "GRANT SELECT ON t TO butterbase_anon",
                "REVOKE SELECT ON t FROM butterbase_user",
                "REVOKE SELECT (n) ON t FROM butterbase_user",
                "REVOKE USAGE ON SCHEMA public FROM butterbase_user",
                "CREATE TABLE u (id int)",
                "CREATE TABLE u AS SELECT 1 AS id",
                "ALTER TABLE t ADD COLUMN extra int",
                "ALTER TABLE t RENAME COLUMN n TO m",
                "ALTER TABLE t ALTER COLUMN n TYPE text",
                "ALTER TABLE t DROP COLUMN owner_id",
                "ALTER TABLE t DISABLE ROW LEVEL SECURITY",
                "ALTER TABLE t RENAME TO s",
                "DROP TABLE t",
                "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
                "ALTER FUNCTION f() STABLE",
                "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC",
                "DROP FUNCTION f()",
                "ALTER TYPE colour ADD VALUE 'blue'",
                "ALTER DOMAIN small ADD CHECK (VALUE < 10)",
                "CREATE VIEW v AS SELECT 1 AS id",
                "ALTER PUBLICATION ghee_realtime ADD TABLE t",
                "ALTER PUBLICATION ghee_realtime SET (publish = 'insert, update, delete, truncate')",
                "DROP OWNED BY butterbase_user"
            })
    void aChangeOfAccessIsTold(String change) throws SQLException {
        assertThat(messagesOf(change)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "CREATE TEMPORARY TABLE scratch (id int PRIMARY KEY); DROP TABLE scratch",
                "CREATE INDEX i ON t (n); DROP INDEX i",
                "CREATE SEQUENCE s; DROP SEQUENCE s",
                "COMMENT ON TABLE t IS 'a table'",
                "CREATE OR REPLACE FUNCTION ghee_realtime.judge_2() RETURNS int LANGUAGE sql AS 'SELECT 1';"
                        + " REVOKE ALL ON FUNCTION ghee_realtime.judge_2() FROM PUBLIC;"
                        + " GRANT EXECUTE ON FUNCTION ghee_realtime.judge_2() TO ghee_authenticator",
                "DROP FUNCTION ghee_realtime.judge_1()"
            })
    void whatCannotChangeAccessIsNot(String change) throws SQLException {
        assertThat(messagesOf(change)).isEmpty();
    }

    @Test
    void aChangeThatIsRolledBackIsNotTold() throws SQLException {
        try (Connection owner = cluster.owner(APP.database());
                Statement sql = owner.createStatement()) {
            owner.setAutoCommit(false);
            sql.execute("DROP POLICY p ON t");
            owner.rollback();
        }
        assertThat(messages()).isEmpty();
    }

    @Test
    void theOwnerCanNeitherSilenceNorReplaceIt() {
        assertThatThrownBy(() -> owner("DROP EVENT TRIGGER ghee_access_changed"))
                .hasMessageContaining("must be owner");
        assertThatThrownBy(() -> owner("DROP FUNCTION ghee_access.note_change() CASCADE"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> owner("CREATE OR REPLACE FUNCTION ghee_access.note_change() RETURNS event_trigger"
                        + " LANGUAGE plpgsql AS 'BEGIN END'"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void installingItAgainDoesNotTellTwice() throws SQLException {
        new AppDatabases(cluster).migrate(APP);
        assertThat(messagesOf("ALTER POLICY p ON t USING (false)")).containsOnlyOnce("ALTER POLICY");
    }

    /** The commands that are told of when this commits. */
    private static List<String> messagesOf(String change) throws SQLException {
        owner(change);
        return messages();
    }

    /** What was told since it was asked last. */
    private static List<String> messages() throws SQLException {
        List<String> messages = new ArrayList<>();
        try (Connection admin = cluster.admin(APP.database());
                Statement sql = admin.createStatement();
                ResultSet rows = sql.executeQuery("SELECT data FROM pg_logical_slot_get_binary_changes('" + SLOT
                        + "', NULL, NULL, 'proto_version', '1', 'publication_names', 'ghee_realtime',"
                        + " 'messages', 'true')")) {
            while (rows.next()) {
                if (WalDecoder.decode(ByteBuffer.wrap(rows.getBytes(1))) instanceof WalMessage.Message message
                        && message.prefix().equals("ghee.access")) {
                    messages.add(StandardCharsets.UTF_8
                            .decode(message.content().duplicate())
                            .toString());
                }
            }
        }
        return messages;
    }

    private static void owner(String... statements) throws SQLException {
        try (Connection owner = cluster.owner(APP.database());
                Statement sql = owner.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }
}
