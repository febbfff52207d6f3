package dev.ghee.appdb;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A Postgres cluster and the platform's roles in it.
 *
 * @param adminUser a superuser: creates roles, databases and extensions
 * @param ownerPassword of {@value #OWNER}, which owns every database of the platform and all that is in it
 * @param authenticatorPassword of {@value #AUTHENTICATOR}, which serves requests and owns nothing
 * @param replicatorPassword of {@value #REPLICATOR}, which reads the write-ahead log
 */
public record Cluster(
        String host,
        int port,
        String adminUser,
        String adminPassword,
        String ownerPassword,
        String authenticatorPassword,
        String replicatorPassword) {

    public static final String OWNER = "ghee_owner";
    public static final String AUTHENTICATOR = "ghee_authenticator";
    public static final String REPLICATOR = "ghee_replicator";

    public static final String ANON = "butterbase_anon";
    public static final String USER = "butterbase_user";
    public static final String SERVICE = "butterbase_service";

    private static final int CONNECT_SECONDS = 10;

    /** A connection as the superuser; the caller closes it. */
    public Connection admin(String database) throws SQLException {
        return connect(database, adminUser, adminPassword);
    }

    /** A connection as {@value #OWNER}; the caller closes it. */
    public Connection owner(String database) throws SQLException {
        return connect(database, OWNER, ownerPassword);
    }

    /** Without credentials. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    private Connection connect(String database, String user, String password) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "ghee");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    @Override
    public String toString() {
        return "Cluster[" + host + ":" + port + "]";
    }
}
