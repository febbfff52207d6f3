package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.WalMessage.Relation;
import dev.ghee.pgoutput.value.PgType.Array;
import dev.ghee.pgoutput.value.PgType.Scalar;
import dev.ghee.pgoutput.value.PgType.Unsupported;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Types by oid: the built-in ones, and those of one database (enums, domains, extension types), whose oids differ from
 * database to database. Immutable.
 *
 * <p>When a {@link dev.ghee.pgoutput.WalMessage.Type} names an oid this catalogue does not {@link #knows know}, the
 * type is newer than the catalogue: run {@link #QUERY} again and build another.
 */
public final class TypeCatalog {
    /** Reads a database's own types; each row's five columns are those of {@link CatalogType}, in order. */
    public static final String QUERY = """
            SELECT t.oid, t.typname, t.typelem, t.typbasetype, coalesce(p.proname, '')
            FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.typsend
            WHERE t.oid >= 16384""";

    /** More nesting (domain over array over domain …) than this is taken for a broken catalogue. */
    private static final int MAX_NESTING = 16;

    private static final TypeCatalog BUILTIN = new TypeCatalog(builtinTypes());

    private final Map<Integer, PgType> byOid;

    private TypeCatalog(Map<Integer, PgType> byOid) {
        this.byOid = Map.copyOf(byOid);
    }

    /**
     * A row of {@link #QUERY}.
     *
     * @param elementOid of an array, else 0
     * @param baseOid of a domain, else 0
     * @param sendFunction name of the function that makes the binary form; decides which codec fits
     */
    public record CatalogType(int oid, String name, int elementOid, int baseOid, String sendFunction) {}

    /** The built-in types only. */
    public static TypeCatalog builtin() {
        return BUILTIN;
    }

    /** The built-in types and those given. */
    public static TypeCatalog of(Collection<CatalogType> types) {
        Map<Integer, CatalogType> own = new HashMap<>();
        types.forEach(type -> own.put(type.oid(), type));
        Map<Integer, PgType> all = new HashMap<>(BUILTIN.byOid);
        types.forEach(type -> all.put(type.oid(), resolve(type.oid(), own, 0)));
        return new TypeCatalog(all);
    }

    /** The type with this oid; {@link Unsupported} if none is known. */
    public PgType type(int oid) {
        PgType type = byOid.get(oid);
        return type == null ? unknown(oid) : type;
    }

    /** Whether this catalogue has the oid, with or without a codec. */
    public boolean knows(int oid) {
        return byOid.containsKey(oid);
    }

    /** The columns that cannot be rendered from binary form; if there are any, the slot has to send text. */
    public List<Column> withoutBinaryCodec(Relation relation) {
        return relation.columns().stream()
                .filter(column -> !type(column.typeOid()).hasBinaryCodec())
                .toList();
    }

    private static PgType resolve(int oid, Map<Integer, CatalogType> own, int nesting) {
        CatalogType type = own.get(oid);
        if (type == null) {
            PgType builtin = BUILTIN.byOid.get(oid);
            return builtin == null ? unknown(oid) : builtin;
        }
        if (nesting == MAX_NESTING) {
            return new Unsupported(oid, type.name());
        }
        if (type.baseOid() != 0) {
            return resolve(type.baseOid(), own, nesting + 1);
        }
        return switch (type.sendFunction()) {
            case "array_send" -> new Array(resolve(type.elementOid(), own, nesting + 1));
            case "enum_send", "textsend", "varcharsend", "bpcharsend", "citextsend" -> Scalar.TEXT;
            case "vector_send" -> Scalar.VECTOR;
            default -> new Unsupported(oid, type.name());
        };
    }

    private static Unsupported unknown(int oid) {
        return new Unsupported(oid, "unknown");
    }

    private static Map<Integer, PgType> builtinTypes() {
        Map<Integer, PgType> types = new HashMap<>();
        add(types, Scalar.BOOL, 16, 1000);
        add(types, Scalar.BYTEA, 17, 1001);
        add(types, Scalar.CHAR, 18, 1002);
        add(types, Scalar.TEXT, 19, 1003); // name
        add(types, Scalar.INT8, 20, 1016);
        add(types, Scalar.INT2, 21, 1005);
        add(types, Scalar.INT4, 23, 1007);
        add(types, Scalar.TEXT, 25, 1009);
        add(types, Scalar.OID, 26, 1028);
        add(types, Scalar.JSON, 114, 199);
        add(types, Scalar.TEXT, 142, 143); // xml
        add(types, Scalar.FLOAT4, 700, 1021);
        add(types, Scalar.FLOAT8, 701, 1022);
        add(types, Scalar.TEXT, 1042, 1014); // bpchar
        add(types, Scalar.TEXT, 1043, 1015); // varchar
        add(types, Scalar.DATE, 1082, 1182);
        add(types, Scalar.TIME, 1083, 1183);
        add(types, Scalar.TIMESTAMP, 1114, 1115);
        add(types, Scalar.TIMESTAMPTZ, 1184, 1185);
        add(types, Scalar.INTERVAL, 1186, 1187);
        add(types, Scalar.TIMETZ, 1266, 1270);
        add(types, Scalar.NUMERIC, 1700, 1231);
        add(types, Scalar.UUID, 2950, 2951);
        add(types, Scalar.JSONB, 3802, 3807);
        return types;
    }

    private static void add(Map<Integer, PgType> types, Scalar type, int oid, int arrayOid) {
        types.put(oid, type);
        types.put(arrayOid, new Array(type));
    }
}
