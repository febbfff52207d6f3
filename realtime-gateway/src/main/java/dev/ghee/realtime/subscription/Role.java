package dev.ghee.realtime.subscription;

/** The database role that a client acts under. */
public enum Role {
    ANON("butterbase_anon"),
    USER("butterbase_user"),
    SERVICE("butterbase_service");

    private final String database;

    Role(String database) {
        this.database = database;
    }

    /** Its name in Postgres and on the wire. */
    public String database() {
        return database;
    }
}
