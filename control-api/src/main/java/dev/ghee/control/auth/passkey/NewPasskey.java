package dev.ghee.control.auth.passkey;

import java.util.List;

/**
 * A key that a device has just made.
 *
 * @param credential authenticator id, credential id and public key, in CBOR
 * @param transports how browsers reach the device, such as {@code internal} or {@code usb}
 */
record NewPasskey(
        byte[] credentialId,
        byte[] credential,
        long signCount,
        boolean backupEligible,
        boolean backedUp,
        List<String> transports) {
    static final int MAX_TRANSPORTS = 8;

    @Override
    public String toString() {
        return "NewPasskey[…]";
    }
}
