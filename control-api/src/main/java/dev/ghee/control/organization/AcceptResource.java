package dev.ghee.control.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.platform.Account;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.UUID;

/** Accepting an invitation: only for the person whose address was invited. */
@Path("/invitations/accept")
@RunOnVirtualThread
class AcceptResource {
    private final OrganizationCall call;
    private final InvitationStore invitations;
    private final Memberships memberships;

    AcceptResource(OrganizationCall call, InvitationStore invitations, Memberships memberships) {
        this.call = call;
        this.invitations = invitations;
        this.memberships = memberships;
    }

    /** Body: the mailed token. */
    record Acceptance(@NotNull @Size(max = 512) String token) {
        @Override
        public String toString() {
            return "Acceptance[…]";
        }
    }

    @POST
    public Accepted accept(@NotNull @Valid Acceptance body) {
        Account account = call.person();
        var accepted = Email.parse(call.address())
                .flatMap(email -> invitations.take(body.token(), email))
                .orElseThrow(InvitationResource::notFound);
        memberships.add(accepted.organization(), account.userId(), accepted.role());
        return new Accepted(accepted.organization(), accepted.role().wireName());
    }

    record Accepted(@JsonProperty("organization_id") UUID organizationId, String role) {}
}
