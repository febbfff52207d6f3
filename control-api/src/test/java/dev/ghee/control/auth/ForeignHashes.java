package dev.ghee.control.auth;

/** Hashes of one password as other programs made them. */
public final class ForeignHashes {
    public static final String PASSWORD = "Legacy-Horse-7";
    /** By crypt(3). */
    public static final String BCRYPT = "$2b$05$abcdefghijklmnopqrstuubSyTnrtsdXD6BraBDrp2vdOCxCbPkXy";
    /** By argon2-cffi. */
    public static final String ARGON2 =
            "$argon2id$v=19$m=8192,t=2,p=2$MDEyMzQ1Njc4OWFiY2RlZg$lYbwQAoaTRQ7wE7d13Hv8OHX8F8ZiGCAUi4i1dQ7rFo";
    /** By argon2-cffi too; not the variant that we use. */
    public static final String ARGON2I =
            "$argon2i$v=19$m=4096,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$LhLFwIh9uBNCNxwh8qRt1AW9Bqj8XDJsS96sp2ui72A";
    /** By OpenSSL. */
    public static final String SCRYPT =
            "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$TTDwYN8BIAKoZRca3ttD+C764jRTz0yQY9uMsyKILww";

    private ForeignHashes() {}
}
