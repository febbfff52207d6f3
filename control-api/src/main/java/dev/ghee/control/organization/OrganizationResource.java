package dev.ghee.control.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.platform.Account;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Organisations and their members. */
@Path("/organizations")
@RunOnVirtualThread
class OrganizationResource {
    private static final int MOST_OWNED = 100;

    private final OrganizationCall call;
    private final OrganizationStore store;
    private final Memberships memberships;

    OrganizationResource(OrganizationCall call, OrganizationStore store, Memberships memberships) {
        this.call = call;
        this.store = store;
        this.memberships = memberships;
    }

    /** Body that names an organisation: only what can be shown, since the name goes into mails. */
    record Named(
            @NotNull @Pattern(regexp = "(?!\\s*$)[^\\p{Cntrl}\\p{Cs}\\p{Cf}]{1,100}")
            String name) {}

    /** For a person all that it belongs to; for a key its own. */
    @GET
    public Listed list() {
        Account account = call.anybody();
        if (call.isPerson()) {
            return new Listed(
                    store.ofPerson(account.userId()).stream().map(View::of).toList());
        }
        return new Listed(store.find(account.organizationId()).stream()
                .map(found -> View.of(found, account.role()))
                .toList());
    }

    @POST
    public RestResponse<View> create(@NotNull @Valid Named body) {
        Account account = call.person();
        UUID id = UUID.randomUUID();
        if (!store.insert(id, body.name().strip(), account.userId(), MOST_OWNED)) {
            throw new GheeException(
                    ErrorCode.RESOURCE_CONFLICT, "You own " + MOST_OWNED + " organisations, the most there may be");
        }
        return RestResponse.status(RestResponse.Status.CREATED, view(id, OrganizationRole.OWNER));
    }

    @GET
    @Path("{id}")
    public View get(String id) {
        UUID organization = OrganizationCall.id(id);
        return view(
                organization, call.member(organization, OrganizationRole.VIEWER).role());
    }

    @PATCH
    @Path("{id}")
    public View rename(String id, @NotNull @Valid Named body) {
        UUID organization = OrganizationCall.id(id);
        Account account = call.memberInPerson(organization, OrganizationRole.ADMIN);
        store.rename(organization, body.name().strip());
        return view(organization, account.role());
    }

    @DELETE
    @Path("{id}")
    public Deleted delete(String id) {
        UUID organization = OrganizationCall.id(id);
        Account account = call.memberInPerson(organization, OrganizationRole.OWNER);
        memberships.delete(organization, account.userId());
        return new Deleted(true, organization);
    }

    @GET
    @Path("{id}/members")
    public Members members(String id) {
        UUID organization = OrganizationCall.id(id);
        call.member(organization, OrganizationRole.VIEWER);
        return new Members(
                store.members(organization).stream().map(MemberView::of).toList());
    }

    /** Body that gives a member another role. */
    record NewRole(@NotNull String role) {}

    @PATCH
    @Path("{id}/members/{user}")
    public RoleGiven changeRole(String id, String user, @NotNull @Valid NewRole body) {
        UUID organization = OrganizationCall.id(id);
        OrganizationRole role = role(body.role());
        Account account = call.memberInPerson(organization, OrganizationRole.ADMIN);
        UUID member = member(user);
        memberships.change(organization, account.userId(), member, role);
        return new RoleGiven(member, role.wireName());
    }

    /** Removes somebody, or oneself. */
    @DELETE
    @Path("{id}/members/{user}")
    public Removed remove(String id, String user) {
        UUID organization = OrganizationCall.id(id);
        Account account = call.memberInPerson(organization, OrganizationRole.VIEWER);
        UUID member = member(user);
        memberships.change(organization, account.userId(), member, null);
        return new Removed(true, member);
    }

    private View view(UUID organization, OrganizationRole role) {
        return store.find(organization).map(found -> View.of(found, role)).orElseThrow(OrganizationCall::notFound);
    }

    /** Fails with 400. */
    static OrganizationRole role(String name) {
        Optional<OrganizationRole> role = OrganizationRole.ofWireName(name.toLowerCase(Locale.ROOT));
        return role.orElseThrow(() -> new GheeException(
                ErrorCode.VALIDATION_INVALID_INPUT, "role must be owner, admin, developer or viewer"));
    }

    private static UUID member(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Member not found");
        }
    }

    record Listed(List<View> organizations) {}

    record View(
            UUID id,
            String name,
            boolean personal,
            String role,
            @JsonProperty("created_at") Instant createdAt) {
        static View of(OrganizationStore.Joined joined) {
            return of(joined.organization(), joined.role());
        }

        static View of(OrganizationStore.Found found, OrganizationRole role) {
            return new View(found.id(), found.name(), found.personal(), role.wireName(), found.createdAt());
        }
    }

    record Deleted(boolean deleted, UUID id) {}

    record Members(List<MemberView> members) {}

    record MemberView(
            @JsonProperty("user_id") UUID userId,
            @Nullable String email,
            String role,
            @JsonProperty("joined_at") Instant joinedAt) {
        static MemberView of(OrganizationStore.Member member) {
            return new MemberView(member.userId(), member.email(), member.role().wireName(), member.joinedAt());
        }
    }

    record RoleGiven(@JsonProperty("user_id") UUID userId, String role) {}

    record Removed(boolean removed, @JsonProperty("user_id") UUID userId) {}
}
