package dev.ghee.tenancy.rls;

/** The database roles that a request may act as. */
public enum DbRole {
    ANON("butterbase_anon"),
    USER("butterbase_user"),
    SERVICE("butterbase_service");

    private final String roleName;

    DbRole(String roleName) {
        this.roleName = roleName;
    }

    /** The role's name in Postgres; safe to splice into SQL. */
    public String roleName() {
        return roleName;
    }
}
