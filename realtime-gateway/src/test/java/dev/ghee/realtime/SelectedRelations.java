package dev.ghee.realtime;

import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.policy.relation.Relation;
import dev.ghee.realtime.policy.relation.RelationNeed;
import dev.ghee.realtime.policy.relation.Relations;
import dev.ghee.realtime.policy.relation.Tuple;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Relations with the rows of the moment they are needed. */
final class SelectedRelations implements Relations {
    private final Connection connection;
    private final Map<Integer, Relation> relations = new HashMap<>();

    SelectedRelations(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void need(Collection<RelationNeed> needs) {
        relations.clear();
        for (RelationNeed need : needs) {
            List<Tuple> tuples = tuples(need);
            relations.put(need.oid(), new Relation() {
                @Override
                public Collection<? extends Tuple> where(String column, String text) {
                    if (!need.keys().contains(column)) {
                        throw new IllegalArgumentException(column);
                    }
                    return tuples.stream()
                            .filter(tuple -> text.equals(tuple.text(column)))
                            .toList();
                }
            });
        }
    }

    private List<Tuple> tuples(RelationNeed need) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + need.schema() + "." + need.table())) {
            List<Tuple> tuples = new ArrayList<>();
            while (rows.next()) {
                Map<String, @Nullable String> row = new HashMap<>();
                for (String column : need.columns()) {
                    row.put(column, rows.getString(column));
                }
                tuples.add(column -> {
                    if (!row.containsKey(column)) {
                        throw new IllegalArgumentException(column);
                    }
                    return row.get(column);
                });
            }
            return tuples;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Relation> current(int tableOid) {
        return Optional.ofNullable(relations.get(tableOid));
    }

    @Override
    public Optional<String> refusal(int tableOid) {
        return Optional.empty();
    }

    @Override
    public boolean concerns(TransactionPart part) {
        return false;
    }

    @Override
    public void observe(TransactionPart part) {
        // What is judged is judged at once.
    }

    @Override
    public void reset() {
        relations.clear();
    }

    @Override
    public void close() {
        relations.clear();
    }
}
