package dev.ghee.control.auth.session;

/** How sure a session is of its person: one factor, or two. */
public enum Assurance {
    AAL1(1),
    AAL2(2);

    private final int stored;

    Assurance(int stored) {
        this.stored = stored;
    }

    int stored() {
        return stored;
    }

    static Assurance of(int stored) {
        return stored == AAL2.stored ? AAL2 : AAL1;
    }

    /** As claim {@code aal} says it. */
    public String claim() {
        return "aal" + stored;
    }
}
