package dev.ghee.control.auth.mail;

/** A mail in plain text to one address. */
record Message(String to, String subject, String text) {
    @Override
    public String toString() {
        return "Message[…]";
    }
}
