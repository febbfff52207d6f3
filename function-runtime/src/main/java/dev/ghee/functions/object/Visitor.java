package dev.ghee.functions.object;

import dev.ghee.functions.object.run.Definition;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * Who calls an object.
 *
 * @param kind {@code service_key}, {@code end_user_jwt}, {@code anonymous}, or {@code loopback} for the app's own code
 * @param userId of the app's user that this is, or is on behalf of
 * @param loopDepth how many calls of the app's own code this one is inside of
 */
record Visitor(String kind, @Nullable String userId, int loopDepth) {
    static final String USER = "x-butterbase-caller-user";
    static final String DEPTH = "x-butterbase-loop-depth";

    /** The headers that tell the router which object is meant, and the class who calls. */
    void write(MultiMap headers, String app, Definition.Served served, ObjectAddress address) {
        headers.set("x-ghee-object", served.binding() + "/" + address.encodedInstance());
        headers.set("x-butterbase-app", app);
        headers.set("x-butterbase-class", served.name());
        headers.set("x-butterbase-instance", address.encodedInstance());
        headers.set("x-butterbase-caller", kind);
        if (userId != null) {
            headers.set(USER, userId);
        }
        headers.set(DEPTH, Integer.toString(loopDepth));
    }
}
