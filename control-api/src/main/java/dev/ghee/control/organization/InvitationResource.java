package dev.ghee.control.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.account.Limits;
import dev.ghee.control.auth.mail.PlatformMail;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.platform.Account;
import dev.ghee.control.platform.ControlConfig;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;

/** Inviting people by mail. */
@Path("/organizations/{id}/invitations")
@RunOnVirtualThread
class InvitationResource {
    private static final Duration TTL = Duration.ofDays(7);

    private final OrganizationCall call;
    private final OrganizationStore organizations;
    private final InvitationStore invitations;
    private final PlatformMail mail;
    private final Limits limits;
    private final ControlConfig config;

    InvitationResource(
            OrganizationCall call,
            OrganizationStore organizations,
            InvitationStore invitations,
            PlatformMail mail,
            Limits limits,
            ControlConfig config) {
        this.call = call;
        this.organizations = organizations;
        this.invitations = invitations;
        this.mail = mail;
        this.limits = limits;
        this.config = config;
    }

    /** Body of an invitation. */
    record NewInvitation(
            @NotNull @Size(max = 512) String email, @NotNull String role) {}

    @POST
    public RestResponse<View> invite(String id, @NotNull @Valid NewInvitation body) {
        UUID organization = OrganizationCall.id(id);
        OrganizationRole role = OrganizationResource.role(body.role());
        Account account = call.memberInPerson(organization, OrganizationRole.ADMIN);
        if (role == OrganizationRole.OWNER) {
            account.require(OrganizationRole.OWNER);
        }
        Email email = Email.parse(body.email())
                .orElseThrow(
                        () -> new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "email must be an e-mail address"));
        boolean member = organizations.members(organization).stream()
                .anyMatch(known -> email.value().equalsIgnoreCase(known.email()));
        if (member) {
            throw new GheeException(ErrorCode.RESOURCE_ALREADY_EXISTS, "The address belongs to a member already");
        }
        limits.take(Limits.Route.INVITE, account.userId().toString());
        RandomToken token = RandomToken.random();
        var open = invitations.insert(organization, email, role, token, account.userId(), TTL);
        String name = organizations
                .find(organization)
                .orElseThrow(OrganizationCall::notFound)
                .name();
        mail.send(email, "Invitation to " + name + " on Ghee", text(name, role, token), TTL);
        return RestResponse.status(RestResponse.Status.CREATED, View.of(open));
    }

    @GET
    public Listed list(String id) {
        UUID organization = OrganizationCall.id(id);
        call.member(organization, OrganizationRole.ADMIN);
        return new Listed(invitations.list(organization).stream().map(View::of).toList());
    }

    @DELETE
    @Path("{invitation}")
    public Withdrawn withdraw(String id, String invitation) {
        UUID organization = OrganizationCall.id(id);
        call.memberInPerson(organization, OrganizationRole.ADMIN);
        if (!invitations.withdraw(organization, invitationId(invitation))) {
            throw notFound();
        }
        return new Withdrawn(true);
    }

    private String text(String organization, OrganizationRole role, RandomToken token) {
        return """
                You are invited to the organisation %s on %s, with the role %s.

                Token: %s

                Send it to POST /invitations/accept once you are signed in with this address; to make an account
                first, send it as "invitation" to POST /account/signup. It works once, for %d days. If you do not
                know what this is about, ignore this mail.
                """.formatted(organization, config.publicUrl(), role.wireName(), token.value(), TTL.toDays());
    }

    private static UUID invitationId(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw notFound();
        }
    }

    static GheeException notFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Invitation not found");
    }

    record Listed(List<View> invitations) {}

    record View(
            UUID id,
            String email,
            String role,
            @JsonProperty("expires_at") Instant expiresAt) {
        static View of(InvitationStore.Open open) {
            return new View(open.id(), open.email(), open.role().wireName(), open.expiresAt());
        }
    }

    record Withdrawn(boolean withdrawn) {}
}
