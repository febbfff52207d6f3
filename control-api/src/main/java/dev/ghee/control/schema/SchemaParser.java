package dev.ghee.control.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.control.schema.Schema.Action;
import dev.ghee.control.schema.Schema.Column;
import dev.ghee.control.schema.Schema.ForeignKey;
import dev.ghee.control.schema.Schema.Index;
import dev.ghee.control.schema.Schema.Method;
import dev.ghee.control.schema.Schema.Table;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a schema document. Strict: a key that means nothing is refused rather than dropped, because a misspelt
 * {@code nullabel} would otherwise change the database silently. One parser reads one document.
 */
final class SchemaParser {
    static final int MAX_TABLES = 50;
    static final int MAX_COLUMNS = 250;
    static final int MAX_INDEXES = 50;
    static final int MAX_INDEX_COLUMNS = 16;
    static final int MAX_DROPS = 500;
    private static final int MAX_VIOLATIONS = 50;

    private static final Set<String> DOCUMENT_KEYS = Set.of("tables", "_drop");
    private static final Set<String> TABLE_KEYS = Set.of("columns", "indexes", "_dropColumns", "_seed");
    private static final Set<String> COLUMN_KEYS =
            Set.of("type", "primaryKey", "nullable", "default", "unique", "references");
    private static final Set<String> REFERENCE_KEYS = Set.of("table", "column", "onDelete", "onUpdate");
    /** {@code type} is what the earliest guides called the method. */
    private static final Set<String> INDEX_KEYS = Set.of("columns", "unique", "method", "type", "opclass");

    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Set<String>> dropColumns = new LinkedHashMap<>();

    /** One reason why a document was refused, at a path such as {@code tables.posts.columns.id.type}. */
    record Violation(String path, String message) {}

    private SchemaParser() {}

    /** Fails with {@code VALIDATION_INVALID_SCHEMA}, whose details list every {@link Violation} up to a limit. */
    static DesiredSchema parse(@Nullable JsonNode document) {
        return new SchemaParser().document(document == null ? JsonNodeFactory.instance.nullNode() : document);
    }

    private DesiredSchema document(JsonNode document) {
        var tables = new LinkedHashMap<String, Table>();
        Set<String> drops = Set.of();
        if (object("schema", document)) {
            knownKeys("", document, DOCUMENT_KEYS);
            JsonNode tableNodes = document.path("tables");
            if (object("tables", tableNodes)) {
                limit("tables", tableNodes.size(), MAX_TABLES);
                for (var entry : tableNodes.properties()) {
                    String path = "tables." + shown(entry.getKey());
                    if (identifier(path, entry.getKey())) {
                        tables.put(entry.getKey(), table(path, entry.getKey(), entry.getValue()));
                    }
                }
            }
            drops = names("_drop", document.path("_drop"), MAX_DROPS);
        }
        references(tables);
        for (String drop : drops) {
            if (tables.containsKey(drop)) {
                refuse("_drop", "Table " + drop + " is also in tables");
            }
        }
        if (!violations.isEmpty()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The schema is invalid: " + first())
                    .withDetails(List.copyOf(violations));
        }
        return new DesiredSchema(new Schema(tables), drops, Map.copyOf(dropColumns));
    }

    private String first() {
        Violation violation = violations.getFirst();
        return violation.path() + ": " + violation.message();
    }

    private Table table(String path, String name, JsonNode node) {
        var columns = new LinkedHashMap<String, Column>();
        var indexes = new LinkedHashMap<String, Index>();
        if (object(path, node)) {
            knownKeys(path, node, TABLE_KEYS);
            JsonNode columnNodes = node.path("columns");
            if (object(path + ".columns", columnNodes)) {
                limit(path + ".columns", columnNodes.size(), MAX_COLUMNS);
                for (var entry : columnNodes.properties()) {
                    String columnPath = path + ".columns." + shown(entry.getKey());
                    if (identifier(columnPath, entry.getKey())) {
                        column(columnPath, entry.getKey(), entry.getValue())
                                .ifPresent(column -> columns.put(column.name(), column));
                    }
                }
            }
            JsonNode indexNodes = node.path("indexes");
            if (!indexNodes.isMissingNode() && object(path + ".indexes", indexNodes)) {
                limit(path + ".indexes", indexNodes.size(), MAX_INDEXES);
                for (var entry : indexNodes.properties()) {
                    String indexPath = path + ".indexes." + shown(entry.getKey());
                    if (identifier(indexPath, entry.getKey())) {
                        index(indexPath, entry.getKey(), entry.getValue())
                                .ifPresent(index -> indexes.put(index.name(), index));
                    }
                }
            }
            Set<String> drops = names(path + "._dropColumns", node.path("_dropColumns"), MAX_DROPS);
            for (String drop : drops) {
                if (columns.containsKey(drop)) {
                    refuse(path + "._dropColumns", "Column " + drop + " is also in columns");
                }
            }
            dropColumns.put(name, drops);
        }
        return new Table(name, columns, indexes, flag(path, node, "_seed", false));
    }

    private Optional<Column> column(String path, String name, JsonNode node) {
        if (!object(path, node)) {
            return Optional.empty();
        }
        knownKeys(path, node, COLUMN_KEYS);
        Optional<ColumnType> type = type(path + ".type", node.path("type"));
        String defaultValue = defaultValue(path + ".default", node.path("default"));
        if (defaultValue != null && type.isPresent() && type.get().isSerial()) {
            refuse(path + ".default", "A serial column has a default of its own");
        }
        ForeignKey references = reference(path + ".references", node.path("references"));
        boolean primaryKey = flag(path, node, "primaryKey", false);
        boolean nullable = flag(path, node, "nullable", true);
        boolean unique = flag(path, node, "unique", false);
        return type.map(known ->
                new Column(name, known, primaryKey, nullable, defaultValue, unique && !primaryKey, references));
    }

    private Optional<ColumnType> type(String path, JsonNode node) {
        if (!node.isTextual()) {
            refuse(path, node.isMissingNode() ? "A column needs a type" : "Must be a string");
            return Optional.empty();
        }
        Optional<ColumnType> type = ColumnType.parse(node.textValue());
        if (type.isEmpty()) {
            refuse(path, "Not a type that a column can have");
        }
        return type;
    }

    /** Booleans and numbers are their own SQL. */
    private @Nullable String defaultValue(String path, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isBoolean() || node.isNumber()) {
            return node.asText();
        }
        if (!node.isTextual()) {
            refuse(path, "Must be a string that holds an SQL expression");
            return null;
        }
        try {
            return SqlExpression.parse(node.textValue()).text();
        } catch (SqlExpression.UnsafeException e) {
            refuse(path, e.reason());
            return null;
        }
    }

    private @Nullable ForeignKey reference(String path, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isTextual()) {
            String[] parts = node.textValue().split("\\.", -1);
            if (parts.length != 2 || !DslName.isValid(parts[0]) || !DslName.isValid(parts[1])) {
                refuse(path, "Must be \"table.column\"");
                return null;
            }
            return new ForeignKey(parts[0], parts[1], Action.NO_ACTION, Action.NO_ACTION, null);
        }
        if (!object(path, node)) {
            return null;
        }
        knownKeys(path, node, REFERENCE_KEYS);
        String table = node.path("table").asText("");
        String column = node.path("column").asText("");
        if (!identifier(path + ".table", table) | !identifier(path + ".column", column)) {
            return null;
        }
        return new ForeignKey(
                table,
                column,
                action(path + ".onDelete", node.path("onDelete")),
                action(path + ".onUpdate", node.path("onUpdate")),
                null);
    }

    private Action action(String path, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Action.NO_ACTION;
        }
        Optional<Action> action = node.isTextual() ? Action.parse(node.textValue()) : Optional.empty();
        if (action.isEmpty()) {
            refuse(path, "Must be CASCADE, SET NULL, SET DEFAULT, RESTRICT or NO ACTION");
        }
        return action.orElse(Action.NO_ACTION);
    }

    private Optional<Index> index(String path, String name, JsonNode node) {
        if (!object(path, node)) {
            return Optional.empty();
        }
        knownKeys(path, node, INDEX_KEYS);
        Set<String> columns = names(path + ".columns", node.path("columns"), MAX_INDEX_COLUMNS);
        if (columns.isEmpty()) {
            refuse(path + ".columns", "An index needs at least one column");
        }
        String methodKey = node.has("method") ? "method" : "type";
        JsonNode methodNode = node.path(methodKey);
        Optional<Method> method = methodNode.isMissingNode() || methodNode.isNull()
                ? Optional.of(Method.BTREE)
                : Method.parse(methodNode.asText(""));
        if (method.isEmpty()) {
            refuse(path + "." + methodKey, "Must be btree, hash, gist, gin, hnsw or ivfflat");
        }
        JsonNode opclassNode = node.path("opclass");
        String opclass = opclassNode.isMissingNode() || opclassNode.isNull() ? null : opclassNode.asText("");
        if (opclass != null) {
            identifier(path + ".opclass", opclass);
        }
        boolean unique = flag(path, node, "unique", false);
        return method.map(known -> new Index(name, List.copyOf(columns), unique, known, opclass, false));
    }

    /** The document is the whole schema, so what is referred to must be in it. */
    private void references(Map<String, Table> tables) {
        for (Table table : tables.values()) {
            for (Column column : table.columns().values()) {
                ForeignKey key = column.references();
                if (key != null && !tables.containsKey(key.table())) {
                    refuse(
                            "tables." + table.name() + ".columns." + column.name() + ".references",
                            "There is no table " + key.table() + " in tables");
                }
            }
        }
    }

    private Set<String> names(String path, JsonNode node, int max) {
        if (node.isMissingNode() || node.isNull()) {
            return Set.of();
        }
        if (!node.isArray()) {
            refuse(path, "Must be a list of names");
            return Set.of();
        }
        limit(path, node.size(), max);
        var names = new LinkedHashSet<String>();
        for (JsonNode element : node) {
            String name = element.isTextual() ? element.textValue() : "";
            if (identifier(path, name) && !names.add(name)) {
                refuse(path, name + " is listed twice");
            }
        }
        return names;
    }

    private boolean flag(String path, JsonNode parent, String key, boolean otherwise) {
        JsonNode node = parent.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            refuse(path + "." + key, "Must be true or false");
        }
        return node.asBoolean(otherwise);
    }

    private boolean object(String path, JsonNode node) {
        if (!node.isObject()) {
            refuse(path, node.isMissingNode() || node.isNull() ? "Is missing" : "Must be an object");
        }
        return node.isObject();
    }

    private boolean identifier(String path, String name) {
        boolean valid = DslName.isValid(name);
        if (!valid) {
            refuse(path, "A name is 1 to 63 lower-case letters, digits and underscores, not starting with a digit");
        }
        // Expressions may not mention the catalogue's tables, so none of the app's may look like one.
        if (valid && name.startsWith("pg_")) {
            refuse(path, "Names that start with pg_ are reserved");
        }
        return valid;
    }

    private void knownKeys(String path, JsonNode node, Set<String> known) {
        for (var entry : node.properties()) {
            if (!known.contains(entry.getKey())) {
                refuse((path.isEmpty() ? "" : path + ".") + shown(entry.getKey()), "Unknown key");
            }
        }
    }

    private void limit(String path, int count, int max) {
        if (count > max) {
            refuse(path, "At most " + max + " are allowed");
        }
    }

    /** Keys are the caller's text: cut short, so an answer stays small. */
    private static String shown(String key) {
        return key.length() <= DslName.MAX_BYTES ? key : key.substring(0, DslName.MAX_BYTES) + "…";
    }

    private void refuse(String path, String message) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(new Violation(path, message));
        }
    }
}
