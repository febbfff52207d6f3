package dev.ghee.service.error;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.errors.WireError;
import io.vertx.core.http.HttpServerRequest;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Exceptions to answers, in the shape that the route family speaks. */
class ExceptionMappers {
    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    @ServerExceptionMapper
    Response ghee(GheeException e, UriInfo uri) {
        switch (e.code().fault()) {
            case CALLER -> LOG.debugf("Refused: code=%s", e.code());
            case DEPENDENCY -> LOG.warnf(e, "Dependency failed: code=%s", e.code());
            case US -> LOG.errorf(e, "Failed: code=%s", e.code());
        }
        return answer(e, uri.getPath());
    }

    /** A body that is no JSON, or JSON of another shape than the route takes. */
    @ServerExceptionMapper
    Response json(JsonProcessingException e, UriInfo uri) {
        String where =
                e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
                        ? " at " + path(mapping.getPath())
                        : "";
        return answer(
                new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The request body does not fit" + where),
                uri.getPath());
    }

    /** The framework has an answer of its own for these, in its own shape, unless we are as exact. */
    @ServerExceptionMapper
    Response mismatch(MismatchedInputException e, UriInfo uri) {
        return json(e, uri);
    }

    @ServerExceptionMapper
    Response constraints(ConstraintViolationException e, UriInfo uri, HttpServerRequest request) {
        if (isEmpty(request)) {
            return answer(
                    new GheeException(ErrorCode.REQUEST_ERROR, "The request body must not be empty"), uri.getPath());
        }
        List<Map<String, String>> details = e.getConstraintViolations().stream()
                .map(v -> Map.of("path", lastOf(v.getPropertyPath().toString()), "message", v.getMessage()))
                .toList();
        return answer(
                new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The request does not fit").withDetails(details),
                uri.getPath());
    }

    /** A route that does not exist answers as the clients' own framework would, not with the envelope. */
    @ServerExceptionMapper
    Response notFound(NotFoundException e, UriInfo uri, HttpServerRequest request) {
        return unknownRoute(uri, request);
    }

    @ServerExceptionMapper
    Response notAllowed(NotAllowedException e, UriInfo uri, HttpServerRequest request) {
        return unknownRoute(uri, request);
    }

    /** Whatever else the framework refuses keeps its status. */
    @ServerExceptionMapper
    Response framework(WebApplicationException e, UriInfo uri) {
        int status = e.getResponse().getStatus();
        if (e.getCause() instanceof JsonProcessingException cause) {
            return json(cause, uri);
        }
        if (status >= 500) {
            return unexpected(e, uri);
        }
        return answer(
                new GheeException(
                                ErrorCode.REQUEST_ERROR,
                                e.getResponse().getStatusInfo().getReasonPhrase())
                        .withStatus(status),
                uri.getPath());
    }

    @ServerExceptionMapper
    Response unexpected(Throwable e, UriInfo uri) {
        LOG.errorf(e, "Unexpected failure: code=%s", ErrorCode.INTERNAL_ERROR);
        return answer(new GheeException(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side"), uri.getPath());
    }

    /** True for a request that says it has a body of some type and then has none. */
    private static boolean isEmpty(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.getHeader("Content-Type") != null
                && ("0".equals(length) || (length == null && request.getHeader("Transfer-Encoding") == null));
    }

    private static Response unknownRoute(UriInfo uri, HttpServerRequest request) {
        var body = new UnknownRoute(
                "Route " + request.method().name() + ":" + uri.getPath() + " not found", "Not Found", 404);
        return Response.status(404)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(body)
                .build();
    }

    private static Response answer(GheeException e, String path) {
        var response = Response.status(e.httpStatus())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(WireError.of(e, path));
        e.headers().forEach(response::header);
        return response.build();
    }

    private static String path(List<JsonMappingException.Reference> path) {
        var text = new StringBuilder();
        for (var step : path) {
            if (step.getFieldName() != null) {
                text.append(text.isEmpty() ? "" : ".").append(step.getFieldName());
            } else {
                text.append('[').append(step.getIndex()).append(']');
            }
        }
        return text.toString();
    }

    private static String lastOf(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The framework-native 404. */
    record UnknownRoute(String message, String error, int statusCode) {}
}
