package dev.ghee.functions.function;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A trigger as it was deployed: any configuration, kept as it was sent, of which {@link #parse} understands what it
 * needs. In the database a webhook's secret is sealed.
 */
record TriggerSpec(String type, ObjectNode config, boolean enabled) {
    static final String SECRET = "secret";
    static final String WEBHOOK = "webhook";
    static final String HTTP = "http";

    private static final int MAX_TEXT = 1000;
    private static final long MAX_TOLERANCE_SECONDS = 86_400;
    private static final Set<String> METHODS =
            Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY", "*");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final Pattern QUEUE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    // A parser is not safe to share between threads, so each use makes its own.
    private static final com.cronutils.model.definition.CronDefinition FIVE_FIELDS =
            CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);

    /** What it means. Fails with {@code VALIDATION_INVALID_SCHEMA}, naming the field. */
    Trigger parse() {
        return switch (type) {
            case HTTP -> http();
            case "cron" -> cron();
            case WEBHOOK -> webhook();
            case "websocket" -> new Trigger.Websocket(required("event"));
            case "s3_upload", "storage" ->
                new Trigger.Upload(
                        text("bucket"), Optional.ofNullable(text("prefix")).orElse(""));
            case "queue" -> queue();
            default -> throw invalid("type", "must be one of http, cron, webhook, websocket, s3_upload and queue");
        };
    }

    private Trigger http() {
        String auth = Optional.ofNullable(text("auth")).orElse("required");
        String method = text("method");
        if (method != null && !METHODS.contains(method.toUpperCase(Locale.ROOT))) {
            throw invalid("method", "must be a method of HTTP");
        }
        String only = method == null || method.equals("*") || method.equalsIgnoreCase("ANY")
                ? null
                : method.toUpperCase(Locale.ROOT);
        return new Trigger.Http(
                Trigger.Auth.ofWireName(auth).orElseThrow(() -> invalid("auth", "must be required, optional or none")),
                only,
                text("path"));
    }

    private Trigger cron() {
        String schedule = required("schedule").strip();
        try {
            new CronParser(FIVE_FIELDS).parse(schedule).validate();
        } catch (IllegalArgumentException e) {
            throw invalid("schedule", "must be five fields of cron, such as */5 * * * *");
        }
        String zone = text("timezone");
        try {
            return new Trigger.Cron(schedule, zone == null ? ZoneOffset.UTC : ZoneId.of(zone));
        } catch (DateTimeException e) {
            throw invalid("timezone", "must be a time zone such as Europe/Berlin");
        }
    }

    private Trigger webhook() {
        Trigger.Provider provider = switch (required("provider")) {
            case "stripe" -> Trigger.Provider.STRIPE;
            case "github" -> Trigger.Provider.GITHUB;
            case "custom" -> Trigger.Provider.CUSTOM;
            default -> throw invalid("provider", "must be stripe, github or custom");
        };
        String signatureHeader = header("signature_header");
        return new Trigger.Webhook(
                provider,
                required(SECRET),
                signatureHeader == null ? "x-signature" : signatureHeader,
                Duration.ofSeconds(number("tolerance_seconds", 300, MAX_TOLERANCE_SECONDS)),
                header("idempotency_key_header"));
    }

    private Trigger queue() {
        String name = Optional.ofNullable(text("queue")).orElseGet(() -> required("name"));
        if (!QUEUE_NAME.matcher(name).matches()) {
            throw invalid("queue", "may hold letters, digits, - and _ only");
        }
        return new Trigger.Queue(name, (int) number("concurrency", 1, 100), (int) number("max_attempts", 5, 100));
    }

    private @Nullable String header(String field) {
        String name = text(field);
        if (name == null) {
            return null;
        }
        if (!HEADER.matcher(name).matches()) {
            throw invalid(field, "must be the name of a header");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private String required(String field) {
        String text = text(field);
        if (text == null || text.isBlank()) {
            throw invalid(field, "is missing");
        }
        return text;
    }

    private @Nullable String text(String field) {
        JsonNode value = config.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual() || value.textValue().length() > MAX_TEXT) {
            throw invalid(field, "must be a text of at most " + MAX_TEXT + " characters");
        }
        return value.textValue();
    }

    private long number(String field, long absent, long most) {
        JsonNode value = config.get(field);
        if (value == null || value.isNull()) {
            return absent;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < 1
                || value.longValue() > most) {
            throw invalid(field, "must be a whole number from 1 to " + most);
        }
        return value.longValue();
    }

    private GheeException invalid(String field, String problem) {
        return new GheeException(
                ErrorCode.VALIDATION_INVALID_SCHEMA, "Trigger " + shown() + ": " + field + " " + problem);
    }

    private String shown() {
        return List.of(HTTP, "cron", WEBHOOK, "websocket", "s3_upload", "storage", "queue")
                        .contains(type)
                ? type
                : "of an unknown type";
    }

    /** The same with another text in place of its secret; itself when it has none. */
    TriggerSpec withSecret(java.util.function.UnaryOperator<String> change) {
        if (!type.equals(WEBHOOK) || !(config.get(SECRET) instanceof JsonNode secret) || !secret.isTextual()) {
            return this;
        }
        return new TriggerSpec(type, config.deepCopy().put(SECRET, change.apply(secret.textValue())), enabled);
    }

    @Override
    public String toString() {
        return "TriggerSpec[" + type + "]";
    }
}
