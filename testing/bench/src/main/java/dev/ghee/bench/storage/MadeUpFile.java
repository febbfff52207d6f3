package dev.ghee.bench.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** A file of any length that nobody has to store: each block is the same noise with its number before it. */
public final class MadeUpFile {
    private static final int BLOCK = 64 * 1024;

    private final long size;
    private final byte[] noise = new byte[BLOCK];

    public MadeUpFile(long size, long seed) {
        this.size = size;
        new Random(seed).nextBytes(noise);
    }

    public long size() {
        return size;
    }

    private ByteBuffer block(long number) {
        byte[] block = noise.clone();
        ByteBuffer.wrap(block).putLong(number);
        return ByteBuffer.wrap(block, 0, (int) Math.min(BLOCK, size - number * BLOCK));
    }

    /** Writes the bytes from an offset up to another one. */
    void write(long from, long to, OutputStream out) throws IOException {
        long at = from;
        while (at < to) {
            ByteBuffer block = block(at / BLOCK);
            int skip = (int) (at % BLOCK);
            int length = (int) Math.min(block.limit() - skip, to - at);
            out.write(block.array(), skip, length);
            at += length;
        }
    }

    /** SHA-256 of all, in hex. */
    public String sha256() {
        MessageDigest digest = digest();
        for (long number = 0; number * BLOCK < size; number++) {
            digest.update(block(number));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
