package dev.ghee.realtime.presence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.PresenceState;
import dev.ghee.realtime.fanout.WireFrame;
import dev.ghee.realtime.subscription.Subscriber;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/** What members are told, encoded once for all of them. */
final class PresenceFrames {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PresenceFrames() {}

    static ObjectNode joined(PresenceState state) {
        ObjectNode frame = identified(type("presence_join"), state);
        frame.set("metadata", state.metadata());
        return frame;
    }

    static ObjectNode updated(PresenceState state) {
        ObjectNode frame = type("presence_update").put("client_id", state.clientId());
        frame.set("metadata", state.metadata());
        return frame;
    }

    static ObjectNode left(PresenceState state) {
        return identified(type("presence_leave"), state);
    }

    static ObjectNode all(Collection<PresenceState> others) {
        ObjectNode frame = type("presence_state");
        ArrayNode clients = frame.putArray("clients");
        for (PresenceState other : others) {
            ObjectNode client = identified(JsonNodeFactory.instance.objectNode(), other);
            client.set("metadata", other.metadata());
            clients.add(client);
        }
        return frame;
    }

    static ObjectNode error(String message) {
        return type("error").put("message", message);
    }

    private static ObjectNode type(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode identified(ObjectNode frame, PresenceState state) {
        return frame.put("client_id", state.clientId()).put("user_id", state.userId());
    }

    static void send(Collection<Member> members, ObjectNode frame) {
        if (members.isEmpty()) {
            return;
        }
        ByteBuf shared = encoded(frame);
        for (Member member : members) {
            send(member.subscriber(), shared.retainedDuplicate());
        }
        shared.release();
    }

    static void send(Member member, ObjectNode frame) {
        send(member.subscriber(), encoded(frame));
    }

    private static void send(Subscriber subscriber, ByteBuf frame) {
        subscriber.loop().execute(() -> subscriber.send(List.of(frame)));
    }

    private static ByteBuf encoded(ObjectNode frame) {
        try {
            return WireFrame.text(ByteBuffer.wrap(JSON.writeValueAsBytes(frame)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
