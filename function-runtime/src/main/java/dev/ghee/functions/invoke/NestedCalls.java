package dev.ghee.functions.invoke;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.binding.FunctionInvoker;
import dev.ghee.functions.binding.Grant;
import dev.ghee.functions.binding.HostAnswer;
import dev.ghee.functions.binding.Invocation;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.tenancy.rls.DbClaims;
import dev.ghee.tenancy.rls.DbRole;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;

/** {@code ctx.invoke}: one function calls another, which acts for whom the first acts for. */
@ApplicationScoped
class NestedCalls implements FunctionInvoker {
    private final FunctionDirectory functions;
    private final Invocations invocations;

    NestedCalls(FunctionDirectory functions, Invocations invocations) {
        this.functions = functions;
        this.invocations = invocations;
    }

    @Override
    public Future<HostAnswer> invoke(
            Invocation caller, String function, HttpMethod method, MultiMap headers, Buffer body) {
        Grant grant = caller.grant();
        DbClaims claims = grant.claims();
        String user = claims.role() == DbRole.USER ? claims.userId() : null;
        return functions.find(grant.app(), function).compose(found -> {
            if (found.isEmpty()) {
                return Future.failedFuture(new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Function not found"));
            }
            var call = new TriggerCall(
                    "invoke",
                    method,
                    "/v1/" + grant.app().appId() + "/fn/" + found.get().name(),
                    headers,
                    body,
                    user,
                    grant.loopDepth() + 1);
            return invocations
                    .run(grant.app(), found.get(), call, CallingAs.loopback(user, claims, false))
                    .map(result -> new HostAnswer.Passed(result.status(), result.headers(), result.body()));
        });
    }
}
