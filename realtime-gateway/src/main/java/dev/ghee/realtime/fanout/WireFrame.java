package dev.ghee.realtime.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/**
 * A text frame as it goes over the wire from server to client: unmasked, so the same bytes serve every socket. Source:
 * RFC 6455, section 5.2.
 */
public final class WireFrame {
    private static final int FINAL_TEXT = 0x81;
    private static final int SHORT_MAX = 125;
    private static final int TWO_BYTE_LENGTH = 126;
    private static final int EIGHT_BYTE_LENGTH = 127;
    private static final int TWO_BYTE_MAX = 0xFFFF;
    private static final int HEADER_MAX = 10;

    private WireFrame() {}

    /** The frame in one buffer, which belongs to the caller. */
    public static ByteBuf text(ByteBuffer payload) {
        int length = payload.remaining();
        ByteBuf frame = Unpooled.directBuffer(HEADER_MAX + length);
        frame.writeByte(FINAL_TEXT);
        if (length <= SHORT_MAX) {
            frame.writeByte(length);
        } else if (length <= TWO_BYTE_MAX) {
            frame.writeByte(TWO_BYTE_LENGTH).writeShort(length);
        } else {
            frame.writeByte(EIGHT_BYTE_LENGTH).writeLong(length);
        }
        return frame.writeBytes(payload.duplicate());
    }
}
