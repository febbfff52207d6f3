package dev.ghee.realtime.socket;

import dev.ghee.realtime.fanout.WireFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.websocketx.WebSocket08FrameEncoder;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of a socket, below Vert.x' own: frames that are already encoded skip the WebSocket encoder, so that
 * many sockets share the same bytes, and a batch is flushed once. On the channel's event loop only.
 */
final class Wire {
    private final Channel channel;
    private @Nullable ChannelHandlerContext encoder;

    Wire(HttpConnection connection) {
        this.channel = ((ConnectionBase) connection).channel();
    }

    Executor loop() {
        return channel.eventLoop();
    }

    /** Bytes that wait for the client to read. From any thread. */
    long queuedBytes() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    void write(List<ByteBuf> frames) {
        ChannelHandlerContext out = encoder();
        if (out == null) {
            frames.forEach(ByteBuf::release);
            return;
        }
        for (ByteBuf frame : frames) {
            out.write(frame, out.voidPromise());
        }
        out.flush();
    }

    void write(String text) {
        write(List.of(WireFrame.text(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))));
    }

    void cut() {
        channel.close();
    }

    /** Null when the channel is closed. */
    private @Nullable ChannelHandlerContext encoder() {
        ChannelHandlerContext known = encoder;
        if (known == null) {
            known = channel.pipeline().context(WebSocket08FrameEncoder.class);
            encoder = known;
        }
        return known == null || known.isRemoved() ? null : known;
    }
}
