package dev.ghee.pgoutput.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes being written, in a buffer that grows up to a limit and is kept across uses. For one thread at a time.
 *
 * <p>Every write throws {@link SinkFullException} when the limit would be exceeded.
 */
public final class ByteSink {
    private static final int INITIAL_BYTES = 512;
    /** A larger buffer is given back on {@link #reset}, so that one huge row does not stay in memory. */
    private static final int KEPT_BYTES = 1 << 20;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final int maxBytes;
    private byte[] bytes;
    private int size;

    /** @param maxBytes most bytes it holds at a time */
    public ByteSink(int maxBytes) {
        this.maxBytes = maxBytes;
        this.bytes = new byte[Math.min(INITIAL_BYTES, maxBytes)];
    }

    /** Forgets the content. */
    public ByteSink reset() {
        size = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        return this;
    }

    /** The number of bytes written. */
    public int size() {
        return size;
    }

    /** A copy of the content. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** The content itself, without copying; valid until the next write or {@link #reset}. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    /** The content as UTF-8. */
    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }

    /** Appends one byte. */
    public ByteSink put(int b) {
        ensure(1);
        bytes[size++] = (byte) b;
        return this;
    }

    /** Appends bytes. */
    public ByteSink put(byte[] source) {
        ensure(source.length);
        System.arraycopy(source, 0, bytes, size, source.length);
        size += source.length;
        return this;
    }

    /** Appends what remains of a buffer, whose position does not move. */
    public ByteSink put(ByteBuffer source) {
        int length = source.remaining();
        ensure(length);
        source.get(source.position(), bytes, size, length);
        size += length;
        return this;
    }

    /** Appends text that holds ASCII only. */
    @SuppressWarnings("deprecation") // the one copy of a String's low bytes without an array in between
    ByteSink ascii(String text) {
        ensure(text.length());
        text.getBytes(0, text.length(), bytes, size);
        size += text.length();
        return this;
    }

    /** Appends a number in decimal. */
    ByteSink decimal(long value) {
        if (value == Long.MIN_VALUE) {
            return ascii("-9223372036854775808");
        }
        long rest = Math.abs(value);
        int digits = 1;
        for (long power = 10; digits < 19 && rest >= power; power *= 10) {
            digits++;
        }
        if (value < 0) {
            put('-');
        }
        return padded(rest, digits);
    }

    /** Appends a number that is not negative, with leading zeros up to a width it does not exceed. */
    ByteSink padded(long value, int width) {
        ensure(width);
        long rest = value;
        for (int i = size + width - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += width;
        return this;
    }

    /** Appends a byte as two hexadecimal digits. */
    ByteSink hex(int b) {
        ensure(2);
        bytes[size++] = HEX[b >>> 4 & 0xF];
        bytes[size++] = HEX[b & 0xF];
        return this;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** Drops what was written from {@code index} on, and returns it. */
    byte[] cut(int index) {
        byte[] tail = Arrays.copyOfRange(bytes, index, size);
        size = index;
        return tail;
    }

    void truncate(int index) {
        size = index;
    }

    private void ensure(int more) {
        if (more > bytes.length - size) {
            grow(more);
        }
    }

    private void grow(int more) {
        long needed = (long) size + more;
        if (needed > maxBytes) {
            throw new SinkFullException(maxBytes);
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(needed, bytes.length * 2L)));
    }
}
