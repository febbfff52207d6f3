package dev.ghee.control.domain;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What the public internet says of a name. Waits; each question has a deadline. */
interface PublicRecords {
    /** The texts of its TXT records, if any. Fails when no name server answers. */
    List<String> texts(String name) throws UnansweredException;

    /** The name that it is an alias of. Fails when no name server answers. */
    Optional<String> alias(String name) throws UnansweredException;

    /** The page, when it is there. Fails when nothing public answers. */
    Optional<String> page(URI url) throws UnansweredException;

    /** Nobody said anything; its message is for the name's owner. */
    final class UnansweredException extends Exception {
        private static final long serialVersionUID = 1L;

        UnansweredException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
