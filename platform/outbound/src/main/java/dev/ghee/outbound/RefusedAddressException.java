package dev.ghee.outbound;

import java.io.IOException;

/** The host leads nowhere on the public internet. */
public final class RefusedAddressException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedAddressException() {
        super("the host has no public address");
    }
}
