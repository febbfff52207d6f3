package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Row changes of one transaction, or of a part of it, in commit order, as they are on {@code ghee.changes}. The changes
 * of an app are ordered by (epoch, commit LSN, sequence); consumers drop one that is not after the last they have seen,
 * because a reader that took over repeats some. A greater epoch means that the slot was made anew and changes may be
 * missing before it. A record without changes says that its epoch goes on, or that access rules changed.
 *
 * @param epoch of the replication slot that the changes were read from
 * @param commitLsn in the form {@code X/Y}
 * @param xid of the transaction, the lower 32 bits
 * @param accessChanged whether the transaction may have changed who may see rows
 * @param endLsn where the transaction's commit record ends, in its last part only
 * @param relations the tables named by {@link Change#relation}, as they were when the rows were written
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RowChanges(
        AppId appId,
        long epoch,
        String commitLsn,
        Instant committedAt,
        int xid,
        boolean accessChanged,
        @Nullable String endLsn,
        List<Relation> relations,
        List<Change> changes) {

    public static final String TYPE = "row-changes";
    public static final int VERSION = 2;

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }

    /** A table's shape: columns in the order of the row images. */
    public record Relation(int oid, String schema, String table, List<Column> columns) {}

    /** A column and its type's oid; {@code key} when it is part of the primary key. */
    public record Column(String name, int typeOid, int typmod, boolean key) {}

    /**
     * One row change. Images hold each column in Postgres' canonical text form, null for SQL NULL.
     *
     * @param sequence position in the transaction, from 0
     * @param relation index into {@link RowChanges#relations}
     * @param op {@code INSERT}, {@code UPDATE}, {@code DELETE} or {@code TRUNCATE}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Change(
            int sequence,
            int relation,
            String op,
            @Nullable List<@Nullable String> before,
            @Nullable List<@Nullable String> after) {}
}
