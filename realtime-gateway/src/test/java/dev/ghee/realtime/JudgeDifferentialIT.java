package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Case 18's ground: what clients get of inserted rows is what a SELECT under their role and claims shows of them. */
@QuarkusTest
@WithTestResource(StackResource.class)
class JudgeDifferentialIT extends AppIT {
    private static final List<String> USERS = List.of("ada", "bob", "eve");
    private static final List<String> CONDITIONS = List.of(
            "owner_id = current_user_id()",
            "owner_id <> current_user_id()",
            "owner_id IS NULL",
            "n > 3",
            "n IN (1, 2, NULL)",
            "NOT (n < 2 OR shown)",
            "shown",
            "tags @> ARRAY[current_user_id()]",
            "room IN (SELECT m.room FROM members m WHERE m.user_id = current_user_id())",
            "EXISTS (SELECT FROM members m WHERE m.room = t.room AND m.user_id = current_user_id())",
            "(current_setting('request.jwt.claims', true)::jsonb ->> 'sub') = owner_id",
            "current_setting('app.role', true) = 'butterbase_user' AND n = 1",
            "lower(owner_id) LIKE current_user_id() || '%'",
            "doc ->> 'to' = current_user_id()",
            "t.* IS NOT NULL",
            "false");

    @Test
    void randomPoliciesShowClientsWhatTheyShowInSelect() throws Exception {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        Random random = new Random(seed);
        app.sql(
                "CREATE TABLE members (room int, user_id text, PRIMARY KEY (room, user_id))",
                "INSERT INTO members VALUES (1, 'ada'), (2, 'bob'), (2, 'eve'), (3, 'ada')",
                "ALTER TABLE members ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON members TO butterbase_user USING (user_id = current_user_id())",
                "CREATE TABLE t (id int PRIMARY KEY, owner_id text, n int, shown boolean, room int, tags text[], doc jsonb)",
                "GRANT SELECT ON t TO butterbase_anon",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY");
        app.live("t");
        List<SocketClient> clients = new ArrayList<>();
        try (SocketClient service = app.service().subscribe("t");
                SocketClient nobody = SocketClient.connect("/v1/" + app.id + "/realtime")) {
            nobody.subscribe("t");
            for (String user : USERS) {
                clients.add(app.user(user).subscribe("t"));
            }
            for (int round = 0; round < 25; round++) {
                List<String> policies = randomPolicies(random);
                app.sql(policies.toArray(String[]::new));
                int first = round * 100;
                insert(first, random);
                service.awaitChanges((round + 1) * 20);
                String described = "seed=" + seed + " policies=" + policies;
                for (int i = 0; i < USERS.size(); i++) {
                    assertThat(seen(clients.get(i), first))
                            .describedAs("%s user=%s", described, USERS.get(i))
                            .isEqualTo(selected("butterbase_user", USERS.get(i), first));
                }
                assertThat(seen(nobody, first))
                        .describedAs("%s anonymous", described)
                        .isEqualTo(selected("butterbase_anon", "", first));
            }
        } finally {
            clients.forEach(SocketClient::close);
        }
    }

    private static List<String> randomPolicies(Random random) {
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            statements.add("DROP POLICY IF EXISTS p" + i + " ON t");
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            String kind = random.nextInt(4) == 0 ? "RESTRICTIVE" : "PERMISSIVE";
            String command = random.nextBoolean() ? "SELECT" : "ALL";
            String role =
                    List.of("PUBLIC", "butterbase_user", "butterbase_anon").get(random.nextInt(3));
            String using = CONDITIONS.get(random.nextInt(CONDITIONS.size()));
            statements.add("CREATE POLICY p" + i + " ON t AS " + kind + " FOR " + command + " TO " + role + " USING ("
                    + using + ")");
        }
        return statements;
    }

    private void insert(int first, Random random) throws SQLException {
        String rows = java.util.stream.IntStream.range(first, first + 20)
                .mapToObj(id -> {
                    String user = USERS.get(random.nextInt(USERS.size()));
                    String owner = random.nextInt(5) == 0 ? "NULL" : "'" + user + "'";
                    return "(" + id + "," + owner + "," + (random.nextInt(6) == 0 ? "NULL" : random.nextInt(6)) + ","
                            + List.of("true", "false", "NULL").get(random.nextInt(3)) + "," + random.nextInt(4) + ",'{"
                            + user + ",\"a \\\"q\\\" b\"}','{\"to\":\"" + user + "\"}')";
                })
                .collect(Collectors.joining(","));
        app.sql("INSERT INTO t VALUES " + rows);
    }

    /** What has been sent in the round that began with this id; the service client had it all already. */
    private static Set<Integer> seen(SocketClient client, int first) {
        // One more frame after everything that was judged with it: the answer to what nobody understands.
        int before = client.ofType("error").size();
        client.send("{\"type\":\"fence\"}");
        org.awaitility.Awaitility.await()
                .atMost(SocketClient.PATIENCE)
                .until(() -> client.ofType("error").size() > before);
        return client.changes().stream()
                .map((JsonNode change) -> id(change))
                .filter(id -> id >= first)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<Integer> selected(String role, String user, int first) throws SQLException {
        try (Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("SELECT set_config('role', '" + role + "', true), set_config('app.role', '" + role
                    + "', true), set_config('request.jwt.claim.sub', '" + user
                    + "', true), set_config('request.jwt.claims', '"
                    + (user.isEmpty() ? "{}" : "{\"sub\":\"" + user + "\"}") + "', true)");
            Set<Integer> ids = new TreeSet<>();
            try (ResultSet rows = statement.executeQuery("SELECT id FROM t WHERE id >= " + first)) {
                while (rows.next()) {
                    ids.add(rows.getInt(1));
                }
            }
            return ids;
        } catch (SQLException e) {
            // The policy asks a table that the role may not read: SELECT fails, and so shows nothing.
            return Set.of();
        }
    }
}
