package dev.ghee.realtime.policy;

import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.policy.access.TableAccess;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes row images as composite literals of the table as it is now. Columns go by name: what was dropped since is
 * left out, what was added since is NULL.
 */
final class ImageLiteral {
    private static final int ABSENT = -1;

    private final int[] sources;

    ImageLiteral(Table table, TableAccess access) {
        List<String> names =
                table.relation().columns().stream().map(column -> column.name()).toList();
        this.sources = access.definition().columns().stream()
                .mapToInt(column -> column.generated() ? ABSENT : names.indexOf(column.name()))
                .toArray();
    }

    String of(RowImage image) {
        List<@Nullable String> texts = image.texts();
        var literal = new StringBuilder().append('(');
        for (int i = 0; i < sources.length; i++) {
            if (i > 0) {
                literal.append(',');
            }
            String text = sources[i] == ABSENT ? null : texts.get(sources[i]);
            if (text != null) {
                quote(text, literal);
            }
        }
        return literal.append(')').toString();
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append(c);
            }
            out.append(c);
        }
        out.append('"');
    }
}
