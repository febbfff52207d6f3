package dev.ghee.tenancy.directory;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.caller.AuthConfig;
import dev.ghee.tenancy.topic.StateTopics;
import io.vertx.core.Vertx;

/** Directories that hear of nothing but what a test tells them. */
public final class LocalDirectories {
    private LocalDirectories() {}

    public static AppDirectory apps(Vertx vertx, AuthConfig config, AppState... apps) {
        var directory = new AppDirectory(
                new TopicReader("127.0.0.1:1", new StateTopics("127.0.0.1:1")), new ControlApiLookup(vertx, config));
        for (AppState app : apps) {
            directory.accept(app);
        }
        return directory;
    }

    public static KeyDirectory keys(Vertx vertx, AuthConfig config) {
        return new KeyDirectory(
                new TopicReader("127.0.0.1:1", new StateTopics("127.0.0.1:1")), new ControlApiLookup(vertx, config));
    }
}
