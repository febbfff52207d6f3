package dev.ghee.tenancy.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AppState.Status;
import dev.ghee.tenancy.topic.StateTopics;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AppDirectoryTest {
    private static final AppId ID = new AppId("app_abcdefabcdef");

    private final AtomicInteger questions = new AtomicInteger();
    private Uni<Optional<AppState>> answer = Uni.createFrom().item(Optional.empty());
    private final AppDirectory apps =
            new AppDirectory(new TopicReader("127.0.0.1:1", new StateTopics("127.0.0.1:1")), new StateLookup() {
                @Override
                public Uni<Optional<AppState>> app(AppId id) {
                    questions.incrementAndGet();
                    return answer;
                }

                @Override
                public Uni<Optional<ApiKeyState>> key(String sha256) {
                    return Uni.createFrom().item(Optional.empty());
                }
            });

    @Test
    void anAppThatWasBeingMadeIsAskedForAgainUntilItIsReady() {
        apps.accept(state(1, Status.PROVISIONING));
        answer = Uni.createFrom().item(Optional.of(state(2, Status.READY)));

        assertThat(found().status()).isEqualTo(Status.READY);
        assertThat(found().status()).isEqualTo(Status.READY);
        assertThat(questions).hasValue(1);
    }

    @Test
    void whenNobodyAnswersWhatIsKnownStands() {
        apps.accept(state(1, Status.PROVISIONING));
        answer = Uni.createFrom().failure(new IllegalStateException("away"));
        assertThat(found().status()).isEqualTo(Status.PROVISIONING);

        answer = Uni.createFrom().item(Optional.empty());
        assertThat(found().status()).isEqualTo(Status.PROVISIONING);
    }

    @Test
    void anAppThatIsReadyIsNotAskedFor() {
        apps.accept(state(1, Status.READY));
        assertThat(found().status()).isEqualTo(Status.READY);
        assertThat(questions).hasValue(0);
    }

    private AppState found() {
        return apps.find(ID).await().atMost(Duration.ofSeconds(5));
    }

    private static AppState state(long revision, Status status) {
        return new AppState(
                ID,
                revision,
                "Test",
                "test",
                "owner-1",
                "org-1",
                Set.of("owner-1"),
                "us-east-1",
                status,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "anon",
                List.of(),
                false,
                null);
    }
}
