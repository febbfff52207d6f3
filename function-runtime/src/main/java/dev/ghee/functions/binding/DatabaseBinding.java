package dev.ghee.functions.binding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.AppStatement;
import dev.ghee.tenancy.rls.AppStatement.Outcome;
import dev.ghee.tenancy.rls.DbClaims;
import dev.ghee.tenancy.rls.DbRole;
import dev.ghee.tenancy.rls.RlsSession;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** {@code ctx.db}: statements of the function's own, under the role of its caller or one that it chose. */
@ApplicationScoped
class DatabaseBinding implements Binding {
    private static final int MAX_USER_ID = 512;
    private static final ObjectReader MESSAGE = new JsonMapper().reader();

    private final RlsSession session;
    private final BindingConfig config;

    DatabaseBinding(RlsSession session, BindingConfig config) {
        this.session = session;
        this.config = config;
    }

    @Override
    public String name() {
        return "db";
    }

    @Override
    public int maxBytes() {
        return config.maxMessageBytes();
    }

    @Override
    public Future<HostAnswer> answer(Invocation call, String path, HttpServerRequest request, Buffer body) {
        JsonNode message = parse(body);
        return switch (path) {
            case "query" -> query(call, message);
            case "begin" -> begin(call, message);
            case "commit" -> {
                var none = new BoundParameters(JsonNodeFactory.instance.arrayNode(), Set.of());
                yield call.take(transaction(message))
                        .commit()
                        .map(_ -> HostAnswer.done())
                        .recover(failure -> Future.failedFuture(DatabaseProblem.of(failure, none, config)));
            }
            case "rollback" -> {
                call.take(transaction(message)).rollback();
                yield Future.succeededFuture(HostAnswer.done());
            }
            default -> throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "There is no such question");
        };
    }

    private Future<HostAnswer> query(Invocation call, JsonNode message) {
        String sql = message.path("sql").asText();
        if (sql.length() > config.maxSqlCharacters()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT,
                    "A statement may have at most " + config.maxSqlCharacters() + " characters");
        }
        AppSql.check(sql);
        BoundParameters parameters = parameters(message);
        var statement =
                new AppStatement<>(sql, parameters, () -> new ResultWriter(config.maxRows(), config.maxResultBytes()));
        Future<Outcome<ResultWriter>> outcome = message.hasNonNull("transaction")
                ? call.transaction(transaction(message)).run(statement)
                : session.run(call.grant().app(), claims(call.grant(), message.path("as")), statement);
        return outcome.map(DatabaseBinding::written)
                .recover(failure -> Future.failedFuture(DatabaseProblem.of(failure, parameters, config)));
    }

    private static HostAnswer written(Outcome<ResultWriter> outcome) {
        return new HostAnswer.Json(outcome.rows().finish(outcome.columns(), outcome.changed()));
    }

    private Future<HostAnswer> begin(Invocation call, JsonNode message) {
        DbClaims claims = claims(call.grant(), message.path("as"));
        call.openTransaction();
        return session.begin(call.grant().app(), claims, config.transactionTime())
                .onFailure(_ -> call.opened("", null))
                .map(transaction -> {
                    String id = UUID.randomUUID().toString();
                    if (!call.opened(id, transaction)) {
                        transaction.rollback();
                        throw Invocation.ended();
                    }
                    transaction.ended().onComplete(_ -> call.forget(id));
                    return HostAnswer.json(
                            new JsonObject().put("transaction", id).encode());
                });
    }

    private BoundParameters parameters(JsonNode message) {
        JsonNode values = message.path("params");
        if (values.isMissingNode()) {
            values = JsonNodeFactory.instance.arrayNode();
        }
        if (!values.isArray() || values.size() > config.maxParameters()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT,
                    "Parameters are an array of at most " + config.maxParameters() + " values");
        }
        var bytes = new HashSet<Integer>();
        message.path("bytes").forEach(position -> bytes.add(position.asInt()));
        return new BoundParameters(values, bytes);
    }

    private static DbClaims claims(Grant grant, JsonNode as) {
        return switch (as.path("role").asText("")) {
            case "" -> grant.claims();
            case "anon" -> DbClaims.anonymous();
            case "user" -> user(grant, as.path("id").asText(""));
            case "service" -> {
                if (!grant.allowsService()) {
                    throw new GheeException(
                            ErrorCode.AUTH_FORBIDDEN,
                            "This function may not act as service: deploy it with allow_as_service");
                }
                yield DbClaims.service();
            }
            default -> throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "There is no such role");
        };
    }

    /** The caller keeps all its claims; of anybody else only the id is known. */
    private static DbClaims user(Grant grant, String id) {
        if (id.isEmpty() || id.length() > MAX_USER_ID || id.indexOf('\0') >= 0) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "A user's id has 1 to " + MAX_USER_ID + " characters");
        }
        boolean caller =
                grant.claims().role() == DbRole.USER && grant.claims().userId().equals(id);
        return caller
                ? grant.claims()
                : DbClaims.user(id, new JsonObject().put("sub", id).encode());
    }

    private static String transaction(JsonNode message) {
        return message.path("transaction").asText("");
    }

    private static JsonNode parse(Buffer body) {
        try {
            JsonNode message = MESSAGE.readTree(body.getBytes());
            if (!message.isObject()) {
                throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "A question is a JSON object");
            }
            return message;
        } catch (JsonProcessingException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "That is no JSON that can be read");
        } catch (IOException e) {
            throw new IllegalStateException("Reading memory does not fail", e);
        }
    }
}
