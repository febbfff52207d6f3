package dev.ghee.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test with an app of its own. */
abstract class AppIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    TestApp app;

    @BeforeEach
    void createApp() throws Exception {
        app = new TestApp(apps, keys);
    }

    @AfterEach
    void dropApp() {
        app.close();
    }

    /** The id of the row that a change is about. */
    static int id(JsonNode change) {
        JsonNode record = change.path("record");
        return (record.isNull() ? change.path("old_record") : record).path("id").asInt();
    }

    static String op(JsonNode change) {
        return change.path("op").asText();
    }
}
