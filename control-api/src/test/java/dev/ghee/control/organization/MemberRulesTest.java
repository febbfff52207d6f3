package dev.ghee.control.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberRulesTest {
    private static final UUID OWNER = UUID.randomUUID();
    private static final UUID ADMIN = UUID.randomUUID();
    private static final UUID DEVELOPER = UUID.randomUUID();
    private static final UUID VIEWER = UUID.randomUUID();
    private static final UUID STRANGER = UUID.randomUUID();

    private final MemberRules rules = new MemberRules(Map.of(
            OWNER, OrganizationRole.OWNER,
            ADMIN, OrganizationRole.ADMIN,
            DEVELOPER, OrganizationRole.DEVELOPER,
            VIEWER, OrganizationRole.VIEWER));

    @ParameterizedTest
    @CsvSource({
        "OWNER,     ADMIN,     OWNER,     ok",
        "OWNER,     ADMIN,     ,          ok",
        "OWNER,     OWNER,     ADMIN,     STATE_PREREQUISITE_MISSING",
        "OWNER,     OWNER,     ,          STATE_PREREQUISITE_MISSING",
        "OWNER,     STRANGER,  ADMIN,     RESOURCE_NOT_FOUND",
        "ADMIN,     VIEWER,    DEVELOPER, ok",
        "ADMIN,     DEVELOPER, ADMIN,     ok",
        "ADMIN,     DEVELOPER, OWNER,     AUTH_FORBIDDEN",
        "ADMIN,     ADMIN,     OWNER,     AUTH_FORBIDDEN",
        "ADMIN,     ADMIN,     VIEWER,    ok",
        "ADMIN,     OWNER,     VIEWER,    AUTH_FORBIDDEN",
        "ADMIN,     OWNER,     ,          AUTH_FORBIDDEN",
        "ADMIN,     VIEWER,    ,          ok",
        "DEVELOPER, VIEWER,    ,          AUTH_FORBIDDEN",
        "DEVELOPER, DEVELOPER, ADMIN,     AUTH_FORBIDDEN",
        "DEVELOPER, DEVELOPER, ,          ok",
        "VIEWER,    VIEWER,    DEVELOPER, AUTH_FORBIDDEN",
        "VIEWER,    VIEWER,    ,          ok",
        "STRANGER,  VIEWER,    ,          AUTH_FORBIDDEN",
        "STRANGER,  STRANGER,  ,          RESOURCE_NOT_FOUND"
    })
    void aChangeIsAllowedAsTheTableSays(String actor, String member, @Nullable String to, String outcome) {
        OrganizationRole role = to == null ? null : OrganizationRole.valueOf(to);
        expect(outcome, () -> rules.mayChange(id(actor), id(member), role));
    }

    @ParameterizedTest
    @CsvSource({
        "OWNER,     OWNER,     ok",
        "ADMIN,     ADMIN,     ok",
        "ADMIN,     OWNER,     AUTH_FORBIDDEN",
        "DEVELOPER, VIEWER,    AUTH_FORBIDDEN",
        "STRANGER,  VIEWER,    AUTH_FORBIDDEN"
    })
    void somebodyIsLetInAsTheTableSays(String actor, OrganizationRole as, String outcome) {
        expect(outcome, () -> rules.mayAdd(id(actor), as));
    }

    @Test
    void oneOfTwoOwnersMayGo() {
        var two = new MemberRules(Map.of(OWNER, OrganizationRole.OWNER, ADMIN, OrganizationRole.OWNER));
        two.mayChange(OWNER, OWNER, null);
        two.mayChange(OWNER, ADMIN, OrganizationRole.VIEWER);
    }

    private static void expect(String outcome, Runnable call) {
        if (outcome.equals("ok")) {
            call.run();
            return;
        }
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.valueOf(outcome)));
    }

    private static UUID id(String name) {
        return switch (name) {
            case "OWNER" -> OWNER;
            case "ADMIN" -> ADMIN;
            case "DEVELOPER" -> DEVELOPER;
            case "VIEWER" -> VIEWER;
            default -> STRANGER;
        };
    }
}
