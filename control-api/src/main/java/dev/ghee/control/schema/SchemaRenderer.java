package dev.ghee.control.schema;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.control.schema.Schema.Action;
import dev.ghee.control.schema.Schema.Column;
import dev.ghee.control.schema.Schema.ForeignKey;
import dev.ghee.control.schema.Schema.Index;
import dev.ghee.control.schema.Schema.Table;

/** Writes a schema as a document that, applied as it is, changes nothing. What is default is left out. */
final class SchemaRenderer {
    private SchemaRenderer() {}

    static ObjectNode render(Schema schema) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ObjectNode tables = document.putObject("tables");
        schema.tables().values().forEach(table -> tables.set(table.name(), table(table)));
        return document;
    }

    private static ObjectNode table(Table table) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode columns = node.putObject("columns");
        table.columns().values().forEach(column -> columns.set(column.name(), column(column)));
        if (!table.indexes().isEmpty()) {
            ObjectNode indexes = node.putObject("indexes");
            table.indexes().values().forEach(index -> indexes.set(index.name(), index(index)));
        }
        if (table.seed()) {
            node.put("_seed", true);
        }
        return node;
    }

    private static ObjectNode column(Column column) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("type", column.type().name());
        if (column.primaryKey()) {
            node.put("primaryKey", true);
        }
        if (!column.nullable()) {
            node.put("nullable", false);
        }
        if (column.defaultValue() != null) {
            node.put("default", column.defaultValue());
        }
        if (column.unique()) {
            node.put("unique", true);
        }
        ForeignKey references = column.references();
        if (references != null) {
            ObjectNode target = node.putObject("references");
            target.put("table", references.table());
            target.put("column", references.column());
            if (references.onDelete() != Action.NO_ACTION) {
                target.put("onDelete", references.onDelete().sql());
            }
            if (references.onUpdate() != Action.NO_ACTION) {
                target.put("onUpdate", references.onUpdate().sql());
            }
        }
        return node;
    }

    private static ObjectNode index(Index index) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        var columns = node.putArray("columns");
        index.columns().forEach(columns::add);
        node.put("unique", index.unique());
        node.put("method", index.method().sql());
        if (index.opclass() != null && !index.opclassIsDefault()) {
            node.put("opclass", index.opclass());
        }
        return node;
    }
}
