package dev.ghee.errors;

import static dev.ghee.errors.ErrorCode.Fault.CALLER;
import static dev.ghee.errors.ErrorCode.Fault.DEPENDENCY;
import static dev.ghee.errors.ErrorCode.Fault.US;

import java.util.Locale;

/** Every error a client can meet. Codes are API: added, never renamed or reused. */
public enum ErrorCode {
    VALIDATION_INVALID_SCHEMA(
            400, CALLER, "Compare the request with the API reference; details name what does not fit."),
    VALIDATION_MISSING_FIELD(400, CALLER, "Add the field that the message names."),
    VALIDATION_INVALID_TYPE(400, CALLER, "Send a value of the type that the message names."),
    VALIDATION_COLUMN_NOT_FOUND(400, CALLER, "Check the column's spelling against GET /v1/{app}/schema."),
    VALIDATION_INVALID_NAME(400, CALLER, "Use lower-case letters, digits and underscores, not starting with a digit."),
    VALIDATION_UNIQUE_CONSTRAINT_VIOLATION(400, CALLER, "Use a value that no other row has, or update that row."),
    VALIDATION_FOREIGN_KEY_VIOLATION(
            400, CALLER, "Create the referenced row first, or remove the rows that refer to this one."),
    VALIDATION_CHECK_CONSTRAINT_VIOLATION(400, CALLER, "Send a value that the table's check constraint allows."),
    VALIDATION_NOT_NULL_VIOLATION(400, CALLER, "Send a value for the column that details name."),
    VALIDATION_CONSTRAINT_VIOLATION(400, CALLER, "Send values that the table's constraints allow."),
    VALIDATION_INVALID_INPUT(400, CALLER, "Correct the value that the message names."),
    VALIDATION_RESERVED_TABLE(400, CALLER, "Choose a table name that does not start with an underscore."),
    VALIDATION_INVALID_SCOPE(400, CALLER, "Use one of the documented scopes."),
    VALIDATION_TABLE_NOT_FOUND(404, CALLER, "Check the table's spelling against GET /v1/{app}/schema."),

    AUTH_INVALID_TOKEN(401, CALLER, "Sign in again, or send a valid API key."),
    AUTH_INVALID_API_KEY(401, CALLER, "Create a new key with POST /api-keys and use it."),
    AUTH_REQUIRED(401, CALLER, "Send an Authorization: Bearer header."),
    AUTH_INVALID_END_USER_JWT(401, CALLER, "Sign the user in again and use the new access token."),
    AUTH_END_USER_JWT_EXPIRED(401, CALLER, "Refresh the session and use the new access token."),
    AUTH_INSUFFICIENT_PERMISSIONS(403, CALLER, "Use a credential of the app's owner."),
    AUTH_FORBIDDEN(403, CALLER, "Use a credential that is allowed to do this."),
    AUTH_ORG_FORBIDDEN(403, CALLER, "Use an organisation that you are a member of."),
    AUTH_RLS_REQUIRES_USER_JWT(403, CALLER, "Send the access token of a signed-in user."),
    AUTH_RLS_POLICY_VIOLATION(403, CALLER, "Check the table's policies with GET /v1/{app}/rls."),
    AUTH_IMPERSONATION_FORBIDDEN(403, CALLER, "Use a key whose scope covers this app."),
    AUTH_IMPERSONATION_DISABLED(403, CALLER, "Allow impersonation in the function's settings."),

    RESOURCE_NOT_FOUND(404, CALLER, "Check the id, and that this credential may see it."),
    RESOURCE_ALREADY_EXISTS(409, CALLER, "Choose another name, or update the existing one."),
    RESOURCE_CONFLICT(409, CALLER, "Read the current state and try again."),

    APP_NOT_FOUND(404, CALLER, "Check the app id, and that this credential may see the app."),
    APP_PROVISIONING(409, CALLER, "Wait until GET /apps/{id}/status says ready."),
    APP_DELETING(410, CALLER, "The app is being deleted; create a new one."),
    APP_PAUSED(503, CALLER, "Resume the app with PATCH /v1/{app}/config/pause."),
    STATE_INVALID_TRANSITION(409, CALLER, "Read the current state and try again."),
    STATE_PREREQUISITE_MISSING(409, CALLER, "Do first what the message names."),

    SCHEMA_DESTRUCTIVE_CHANGE(409, CALLER, "List what may go in _drop and _dropColumns, or keep it in the schema."),
    SCHEMA_MIGRATION_FAILED(400, CALLER, "Correct the schema as details say; nothing was changed."),
    RLS_UNSAFE_EXPRESSION(400, CALLER, "Use columns, constants, current_user_id() and plain comparisons."),
    RLS_TYPE_MISMATCH(400, CALLER, "Cast one side, as in user_id = current_user_id()::uuid."),
    RLS_INVALID_EXPRESSION(400, CALLER, "Correct the SQL expression."),

    QUOTA_RATE_LIMIT(429, CALLER, "Wait for the time that Retry-After says."),
    BUILD_UNAVAILABLE(503, DEPENDENCY, "Build elsewhere and deploy the zip; an operator can allow user namespaces."),
    QUOTA_FILE_SIZE_EXCEEDED(400, CALLER, "Send a smaller file, or raise maxFileSizeMb in the app's storage settings."),
    QUOTA_STORAGE_EXCEEDED(429, CALLER, "Delete files, or raise storageLimitBytes in the app's storage settings."),
    UPLOAD_CONFLICT(409, CALLER, "Ask for the upload's offset with HEAD, and go on from there."),
    UPLOAD_CHECKSUM_MISMATCH(460, CALLER, "Send these bytes again; none of them was kept."),
    QUOTA_DEPLOYMENT_LIMIT(429, CALLER, "Wait until the app's other deployments have ended, or cancel some."),
    SERVICE_BUSY(503, CALLER, "Wait for the time that Retry-After says, then try again."),
    S3_ERROR(503, DEPENDENCY, "Retry; if it persists, check the object store."),
    EXTERNAL_S3_ERROR(503, DEPENDENCY, "Retry; if it persists, check the object store."),
    EXTERNAL_DB_ERROR(500, DEPENDENCY, "Retry; if it persists, check the app's database."),
    EXTERNAL_DB_BUSY(503, CALLER, "Retry after the seconds that Retry-After says; send fewer requests at once."),
    EXTERNAL_NETWORK_ERROR(502, DEPENDENCY, "Retry; if it persists, check the service that the message names."),
    REALTIME_NOT_CONFIGURED(400, CALLER, "Enable the table with POST /v1/{app}/realtime/configure."),
    REALTIME_CONNECTION_LIMIT(429, CALLER, "Close sockets that are no longer used."),

    FUNCTION_TIMEOUT(504, CALLER, "Make the function answer sooner, or raise its timeout."),
    FUNCTION_CONCURRENCY_LIMIT(429, CALLER, "Wait for the time that Retry-After says; send fewer calls at once."),
    FUNCTION_LOAD_FAILED(500, CALLER, "Correct the error that the message names and deploy the function again."),
    FUNCTION_KILLED(502, CALLER, "Make the function use less; its log says what was measured."),
    OBJECT_FAILED(500, CALLER, "Look at what the class's fetch throws."),
    QUEUE_FULL(429, CALLER, "Let functions take messages faster, or purge dead letters."),

    KV_KEY_INVALID(400, CALLER, "Use 1 to 512 letters, digits and : _ - . /, not beginning with an underscore."),
    KV_WRONG_TYPE(400, CALLER, "Use another key, or delete this one first."),
    KV_CONFIRM_REQUIRED(400, CALLER, "Send confirm: true; everything will be deleted."),
    KV_FORBIDDEN(403, CALLER, "Allow it with PUT /v1/{app}/kv/_expose, or use a key of the app."),
    KV_NOT_FOUND(404, CALLER, "Set the key first."),
    KV_EXPOSE_CONFLICT(409, CALLER, "Delete the rule of this pattern first, or replace all rules."),
    KV_VALUE_TOO_LARGE(413, CALLER, "Store less under one key; files belong into storage."),
    KV_RATE_LIMITED(429, CALLER, "Wait for the time that Retry-After says; send several operations as one batch."),
    KV_UNAVAILABLE(503, DEPENDENCY, "Retry; if it persists, check Valkey."),
    KV_STORAGE_FULL(507, CALLER, "Delete keys, or give them a shorter lifetime."),
    KV_KEYS_EXHAUSTED(507, CALLER, "Delete keys, or give them a shorter lifetime."),

    IMAGE_TOO_LARGE(413, CALLER, "Ask for a smaller result, or store a smaller image."),
    IMAGE_UNREADABLE(415, CALLER, "Transform JPEG, PNG, WebP or GIF images."),

    DOMAIN_HOSTNAME_REFUSED(400, CALLER, "Use a name that you own, such as www.example.com."),
    DOMAIN_LIMIT(403, CALLER, "Delete custom domains that are no longer used."),

    INVALID_KEY_SCOPE(400, CALLER, "Use account or app."),
    TARGET_APP_REQUIRED(400, CALLER, "Send target_app_id with key_scope app."),
    TARGET_APP_NOT_ALLOWED(400, CALLER, "Leave target_app_id out, or use key_scope app."),
    RESERVED_SCOPE(400, CALLER, "Leave the reserved scope out."),
    UNKNOWN_SCOPE(400, CALLER, "Use one of the documented scopes."),

    OAUTH_INVALID_REQUEST(400, CALLER, "Send what the grant needs, each parameter once."),
    OAUTH_INVALID_CLIENT(401, CALLER, "Register with POST /oauth/register and use its client_id."),
    OAUTH_INVALID_GRANT(400, CALLER, "Begin again: a code works once, for a short time, and for its own client only."),
    OAUTH_INVALID_SCOPE(400, CALLER, "Ask for mcp, ai:gateway, or both."),
    OAUTH_UNSUPPORTED_GRANT_TYPE(400, CALLER, "Use one of grant_types_supported."),
    OAUTH_INVALID_REDIRECT_URI(400, CALLER, "Register https, loopback http, or a scheme of your own."),
    OAUTH_INVALID_CLIENT_METADATA(400, CALLER, "Correct the field that the message names."),
    OAUTH_AUTHORIZATION_PENDING(400, CALLER, "Ask again after the interval."),
    OAUTH_SLOW_DOWN(400, CALLER, "Ask again after five seconds more than before."),
    OAUTH_EXPIRED_TOKEN(400, CALLER, "Begin again; nobody decided in time."),
    OAUTH_ACCESS_DENIED(400, CALLER, "The person said no."),

    REQUEST_ERROR(400, CALLER, "Correct the request as the message says."),
    INTERNAL_ERROR(500, US, "Retry; if it persists, report the request id.");

    /** Who has to act; decides log level and alerting. */
    public enum Fault {
        CALLER,
        DEPENDENCY,
        US
    }

    private final int httpStatus;
    private final Fault fault;
    private final String remediation;

    ErrorCode(int httpStatus, Fault fault, String remediation) {
        this.httpStatus = httpStatus;
        this.fault = fault;
        this.remediation = remediation;
    }

    /** The usual status; a {@link GheeException} may carry another where the contract has exceptions. */
    public int httpStatus() {
        return httpStatus;
    }

    public Fault fault() {
        return fault;
    }

    public String remediation() {
        return remediation;
    }

    /** The code's anchor in {@code docs/errors.md}. */
    public String anchor() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
