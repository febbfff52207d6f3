package dev.ghee.realtime.presence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppId;
import dev.ghee.realtime.fanout.WireFrame;
import dev.ghee.realtime.subscription.Subscriber;
import io.netty.buffer.ByteBuf;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is here, app by app, in this process. Only those who say that they are here hear of others. Safe for any thread;
 * each app's events reach every member in one order.
 */
@ApplicationScoped
public class PresenceRooms {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<AppId, Room> rooms = new ConcurrentHashMap<>();

    private record Present(Member member, JsonNode metadata) {}

    /** The member is here: it is told who else is, and they are told of it. Once more means an update. */
    public void track(AppId app, Member member, JsonNode metadata) {
        rooms.compute(app, (_, known) -> {
            Room room = known == null ? new Room() : known;
            room.track(member, metadata);
            return room;
        });
    }

    /** New metadata; nothing happens if the member is not here. */
    public void update(AppId app, Member member, JsonNode metadata) {
        rooms.computeIfPresent(app, (_, room) -> {
            room.update(member, metadata);
            return room;
        });
    }

    /** The member is gone; nothing happens if it was not here. */
    public void leave(AppId app, Member member) {
        rooms.computeIfPresent(app, (_, room) -> room.leave(member) ? null : room);
    }

    /** Used under the map's lock of its app. */
    private static final class Room {
        private final Map<String, Present> present = new LinkedHashMap<>();

        void track(Member member, JsonNode metadata) {
            boolean known = present.containsKey(member.clientId());
            if (known) {
                update(member, metadata);
            } else {
                broadcast(others(member), joined(member, metadata));
                present.put(member.clientId(), new Present(member, metadata));
            }
            send(member.subscriber(), frame(state(others(member))));
        }

        void update(Member member, JsonNode metadata) {
            if (present.replace(member.clientId(), new Present(member, metadata)) != null) {
                ObjectNode frame = type("presence_update").put("client_id", member.clientId());
                frame.set("metadata", metadata);
                broadcast(others(member), frame);
            }
        }

        /** Whether nobody is left. */
        boolean leave(Member member) {
            if (present.remove(member.clientId()) != null) {
                broadcast(present.values(), identified(type("presence_leave"), member));
            }
            return present.isEmpty();
        }

        private List<Present> others(Member member) {
            return present.values().stream()
                    .filter(other -> !other.member().clientId().equals(member.clientId()))
                    .toList();
        }
    }

    private static ObjectNode joined(Member member, JsonNode metadata) {
        ObjectNode frame = identified(type("presence_join"), member);
        frame.set("metadata", metadata);
        return frame;
    }

    private static ObjectNode state(Collection<Present> others) {
        ObjectNode frame = type("presence_state");
        ArrayNode clients = frame.putArray("clients");
        for (Present other : others) {
            ObjectNode client = identified(JsonNodeFactory.instance.objectNode(), other.member());
            client.set("metadata", other.metadata());
            clients.add(client);
        }
        return frame;
    }

    private static ObjectNode type(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode identified(ObjectNode frame, Member member) {
        return frame.put("client_id", member.clientId())
                .put("user_id", member.userId().orElse(null));
    }

    private static void broadcast(Collection<Present> members, ObjectNode frame) {
        ByteBuf shared = frame(frame);
        for (Present present : members) {
            send(present.member().subscriber(), shared.retainedDuplicate());
        }
        shared.release();
    }

    private static void send(Subscriber subscriber, ByteBuf frame) {
        subscriber.loop().execute(() -> subscriber.send(List.of(frame)));
    }

    private static ByteBuf frame(ObjectNode frame) {
        try {
            return WireFrame.text(ByteBuffer.wrap(JSON.writeValueAsBytes(frame)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
