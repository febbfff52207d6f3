package dev.ghee.tenancy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AppAccessTest {
    private static final AppState APP = new AppState(
            new AppId("app_aaaaaaaaaaaa"),
            1,
            "shop",
            "shop",
            "owner",
            "org",
            Set.of("owner", "member"),
            "us-east-1",
            AppState.Status.READY,
            AppState.AccessMode.PUBLIC,
            null,
            List.of(),
            "anon",
            List.of(),
            false,
            null);

    @Test
    void keysReachTheAppsThatTheirScopesCover() {
        assertThat(AppAccess.administers(key("org", "*"), APP)).isTrue();
        assertThat(AppAccess.administers(key("org", "app:app_aaaaaaaaaaaa"), APP))
                .isTrue();
        assertThat(AppAccess.administers(key("org", "app:app_bbbbbbbbbbbb"), APP))
                .isFalse();
        assertThat(AppAccess.administers(key("org", "ai:gateway"), APP)).isFalse();
        assertThat(AppAccess.administers(key("other", "*"), APP)).isFalse();
    }

    @Test
    void ownersAndMembersReachTheApp() {
        assertThat(AppAccess.administers(owner("owner"), APP)).isTrue();
        assertThat(AppAccess.administers(owner("member"), APP)).isTrue();
        assertThat(AppAccess.administers(owner("stranger"), APP)).isFalse();
    }

    @Test
    void strangersAreToldThatThereIsNoSuchApp() {
        assertThatThrownBy(() -> AppAccess.requireAdministrator(owner("stranger"), APP, ErrorCode.RESOURCE_NOT_FOUND))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND));
        assertThatThrownBy(() ->
                        AppAccess.requireAdministrator(user("app_bbbbbbbbbbbb"), APP, ErrorCode.RESOURCE_NOT_FOUND))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND));
    }

    @Test
    void theAppsOwnUsersAreToldThatTheyMayNot() {
        assertThatThrownBy(() ->
                        AppAccess.requireAdministrator(user("app_aaaaaaaaaaaa"), APP, ErrorCode.RESOURCE_NOT_FOUND))
                .isInstanceOfSatisfying(
                        GheeException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS));
    }

    private static Caller key(String organization, String scope) {
        return new Caller.ServiceKey("key", "owner", organization, Set.of(scope));
    }

    private static Caller owner(String id) {
        return new Caller.PlatformOwner(id, null, null);
    }

    private static Caller user(String app) {
        return new Caller.EndUser(new AppId(app), "u", "{}", Instant.MAX);
    }
}
