package dev.ghee.control.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import dev.ghee.control.testing.Api;
import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class AppUpgradesIT {
    @Inject
    AppUpgrades upgrades;

    @Test
    void anAppOfAnEarlierReleaseGetsTheNewTables() throws SQLException {
        String app = Api.owner().readyApp();
        try (Connection connection = connect(app);
                Statement sql = connection.createStatement()) {
            sql.execute("DROP TABLE ghee.magic_codes, ghee.account_upgrades, ghee.recovery_codes, ghee.totp_factors,"
                    + " ghee.sign_in_challenges, ghee.passkeys, ghee.passkey_challenges, ghee.sign_in_methods");
            sql.execute("DELETE FROM ghee.schema_history WHERE version = '11'");

            upgrades.upgrade(new AppId(app), LocalStack.REGION);

            try (ResultSet found = sql.executeQuery("SELECT to_regclass('ghee.passkeys') IS NOT NULL")) {
                assertThat(found.next()).isTrue();
                assertThat(found.getBoolean(1)).isTrue();
            }
        }
    }

    private static Connection connect(String app) throws SQLException {
        LocalStack stack = LocalStack.shared();
        return DriverManager.getConnection(stack.jdbcUrl(app), stack.adminUser(), stack.adminPassword());
    }
}
