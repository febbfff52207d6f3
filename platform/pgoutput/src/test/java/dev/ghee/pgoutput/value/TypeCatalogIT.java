package dev.ghee.pgoutput.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.pgoutput.TestDatabase;
import dev.ghee.pgoutput.value.PgType.Array;
import dev.ghee.pgoutput.value.PgType.Scalar;
import dev.ghee.pgoutput.value.PgType.Unsupported;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TypeCatalogIT {
    /** Types whose binary form is their text, so that they share a codec. */
    private static final Set<String> TEXTUAL = Set.of("text", "varchar", "bpchar", "name", "xml");

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @BeforeAll
    static void open() throws SQLException {
        database = TestDatabase.create();
    }

    @AfterAll
    static void close() throws SQLException {
        database.close();
    }

    @Test
    void builtinOidsAreThoseOfTheServer() throws SQLException {
        int known = 0;
        try (Statement statement = database.sql().createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT oid, typname, typarray FROM pg_type WHERE oid < 16384")) {
            while (rows.next()) {
                PgType type = TypeCatalog.builtin().type(rows.getInt(1));
                if (type instanceof Scalar scalar) {
                    String name = rows.getString(2);
                    assertThat(scalar)
                            .isEqualTo(
                                    TEXTUAL.contains(name)
                                            ? Scalar.TEXT
                                            : Scalar.valueOf(name.toUpperCase(Locale.ROOT)));
                    assertThat(TypeCatalog.builtin().type(rows.getInt(3))).isEqualTo(new Array(scalar));
                    known++;
                }
            }
        }
        assertThat(known).isEqualTo(24);
    }

    @Test
    void ownTypesResolveToTheirCodec() throws SQLException {
        database.execute(
                "CREATE TYPE mood AS ENUM ('sad')",
                "CREATE DOMAIN price AS numeric(10,2)",
                "CREATE DOMAIN prices AS price[]",
                "CREATE TYPE pair AS (a integer, b text)",
                "CREATE TYPE span AS RANGE (subtype = integer)");
        Map<String, PgType> types = new TreeMap<>();
        TypeCatalog catalog = database.types();
        try (Statement statement = database.sql().createStatement();
                ResultSet rows = statement.executeQuery("SELECT oid, typname FROM pg_type WHERE typname IN"
                        + " ('mood', '_mood', 'price', '_price', 'prices', 'citext', 'vector', '_vector')")) {
            while (rows.next()) {
                types.put(rows.getString(2), catalog.type(rows.getInt(1)));
            }
        }
        assertThat(types)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mood",
                        Scalar.TEXT,
                        "_mood",
                        new Array(Scalar.TEXT),
                        "price",
                        Scalar.NUMERIC,
                        "_price",
                        new Array(Scalar.NUMERIC),
                        "prices",
                        new Array(Scalar.NUMERIC),
                        "citext",
                        Scalar.TEXT,
                        "vector",
                        Scalar.VECTOR,
                        "_vector",
                        new Array(Scalar.VECTOR)));
    }

    @Test
    void otherTypesAreKnownAsUnsupported() throws SQLException {
        database.execute("CREATE TYPE named AS (a integer)");
        TypeCatalog catalog = database.types();
        try (Statement statement = database.sql().createStatement();
                ResultSet row = statement.executeQuery("SELECT 'named'::regtype::oid")) {
            assertThat(row.next()).isTrue();
            assertThat(catalog.type(row.getInt(1))).isEqualTo(new Unsupported(row.getInt(1), "named"));
            assertThat(catalog.knows(row.getInt(1))).isTrue();
        }
        assertThat(catalog.knows(1)).isFalse();
    }
}
