package dev.ghee.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class QuotaIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Test
    void holdsExactlyWhileManyUploadAndDeleteAtOnce() throws Exception {
        var objects = new ObjectApp(apps, keys);
        String key = objects.app.serviceKey;
        objects.app.rules(new AppState.Storage(1, false, List.of("*/*"), 1000L));
        List<Future<Integer>> answers = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(12)) {
            for (int i = 0; i < 60; i++) {
                answers.add(threads.submit(() -> objects.ask(key, ObjectApp.wanted("f", "text/plain", 100))
                        .statusCode()));
            }
        }
        List<Integer> codes = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            codes.add(answer.get());
        }
        assertThat(codes.stream().filter(code -> code == 200)).hasSize(10);
        assertThat(codes.stream().filter(code -> code == 429)).hasSize(50);
        assertThat(objects.app.query("SELECT sum(size_bytes) FROM ghee.objects"))
                .containsExactly("1000");
        assertThat(objects.ask(key, ObjectApp.wanted("f", "text/plain", 1)).<String>path("error.code"))
                .isEqualTo("QUOTA_STORAGE_EXCEEDED");

        List<String> ids = objects.app.query("SELECT id FROM ghee.objects");
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (String id : ids.subList(0, 5)) {
                for (int twice = 0; twice < 2; twice++) {
                    threads.submit(() -> objects.app.request().delete(objects.app.storage("/" + id)));
                }
            }
        }
        assertThat(objects.app.query("SELECT bytes || ' ' || files FROM ghee.storage_usage"))
                .containsExactly("500 5");
        assertThat(objects.ask(key, ObjectApp.wanted("f", "text/plain", 501)).statusCode())
                .isEqualTo(429);
        assertThat(objects.ask(key, ObjectApp.wanted("f", "text/plain", 500)).statusCode())
                .isEqualTo(200);
    }
}
