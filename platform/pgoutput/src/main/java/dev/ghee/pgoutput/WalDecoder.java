package dev.ghee.pgoutput;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.WalMessage.Content;
import dev.ghee.pgoutput.WalMessage.OldRow;
import dev.ghee.pgoutput.WalMessage.ReplicaIdentity;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Decodes pgoutput, protocol versions 1 and 2, one message at a time: a pure function that holds no state, makes no
 * look-up, and copies no value. Source: PostgreSQL manual, "Logical Replication Message Formats".
 */
public final class WalDecoder {
    private static final long POSTGRES_EPOCH_SECONDS = 946_684_800; // 2000-01-01T00:00:00Z
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final int TRUNCATE_CASCADE = 1;
    private static final int TRUNCATE_RESTART_IDENTITY = 2;
    private static final int MESSAGE_TRANSACTIONAL = 1;
    private static final int COLUMN_IN_IDENTITY = 1;

    private WalDecoder() {}

    /** Decodes a message outside of stream blocks; see {@link #decode(ByteBuffer, StreamPosition)}. */
    public static WalMessage decode(ByteBuffer message) {
        return decode(message, StreamPosition.OUTSIDE);
    }

    /**
     * Decodes exactly one message, from the buffer's position to its limit, neither of which move. Cells are slices of
     * the buffer and live as long as it does.
     *
     * @param position {@code OUTSIDE} for a session's first message, then {@link StreamPosition#after} each message
     * @throws MalformedWalException if the bytes are not exactly one message that may stand at this position
     */
    public static WalMessage decode(ByteBuffer message, StreamPosition position) {
        ByteBuffer in = message.duplicate();
        try {
            byte tag = in.get();
            WalMessage decoded = switch (position) {
                case OUTSIDE -> outsideStream(in, tag);
                case INSIDE -> insideStream(in, tag);
            };
            if (in.hasRemaining()) {
                throw new MalformedWalException(in.remaining() + " bytes left over");
            }
            return decoded;
        } catch (BufferUnderflowException e) {
            throw new MalformedWalException("message ends early", e);
        }
    }

    private static WalMessage outsideStream(ByteBuffer in, byte tag) {
        return switch (tag) {
            case 'B' -> new WalMessage.Begin(lsn(in), time(in), in.getInt());
            case 'C' -> commit(in);
            case 'O' -> origin(in);
            case 'S' -> new WalMessage.StreamStart(in.getInt(), flag(in));
            case 'c' -> streamCommit(in);
            case 'A' -> new WalMessage.StreamAbort(in.getInt(), in.getInt());
            default -> content(in, tag);
        };
    }

    private static WalMessage insideStream(ByteBuffer in, byte tag) {
        return switch (tag) {
            case 'E' -> new WalMessage.StreamStop();
            case 'O' -> origin(in);
            default -> new WalMessage.Streamed(in.getInt(), content(in, tag));
        };
    }

    private static Content content(ByteBuffer in, byte tag) {
        return switch (tag) {
            case 'R' -> relation(in);
            case 'Y' -> new WalMessage.Type(in.getInt(), namespace(in), string(in));
            case 'I' -> new WalMessage.Insert(in.getInt(), newRow(in, in.get()));
            case 'U' -> update(in);
            case 'D' -> delete(in);
            case 'T' -> truncate(in);
            case 'M' -> message(in);
            default -> throw new MalformedWalException("message tagged " + tag + " where none may stand");
        };
    }

    private static WalMessage commit(ByteBuffer in) {
        noFlags(in);
        return new WalMessage.Commit(lsn(in), lsn(in), time(in));
    }

    private static WalMessage streamCommit(ByteBuffer in) {
        int xid = in.getInt();
        noFlags(in);
        return new WalMessage.StreamCommit(xid, lsn(in), lsn(in), time(in));
    }

    private static WalMessage origin(ByteBuffer in) {
        return new WalMessage.Origin(lsn(in), string(in));
    }

    private static Content relation(ByteBuffer in) {
        int oid = in.getInt();
        String namespace = namespace(in);
        String name = string(in);
        ReplicaIdentity identity = switch (in.get()) {
            case 'd' -> ReplicaIdentity.DEFAULT;
            case 'n' -> ReplicaIdentity.NOTHING;
            case 'f' -> ReplicaIdentity.FULL;
            case 'i' -> ReplicaIdentity.INDEX;
            default -> throw new MalformedWalException("unknown replica identity");
        };
        int count = count(in, in.getShort());
        List<Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean inIdentity = (in.get() & COLUMN_IN_IDENTITY) != 0;
            columns.add(new Column(string(in), in.getInt(), in.getInt(), inIdentity));
        }
        return new WalMessage.Relation(oid, namespace, name, identity, columns);
    }

    private static Content update(ByteBuffer in) {
        int relationOid = in.getInt();
        byte kind = in.get();
        OldRow before = switch (kind) {
            case 'K' -> new OldRow.Key(row(in));
            case 'O' -> new OldRow.Full(row(in));
            default -> new OldRow.Absent();
        };
        byte next = before instanceof OldRow.Absent ? kind : in.get();
        return new WalMessage.Update(relationOid, before, newRow(in, next));
    }

    private static Content delete(ByteBuffer in) {
        int relationOid = in.getInt();
        OldRow before = switch (in.get()) {
            case 'K' -> new OldRow.Key(row(in));
            case 'O' -> new OldRow.Full(row(in));
            default -> throw new MalformedWalException("a DELETE without its old row");
        };
        return new WalMessage.Delete(relationOid, before);
    }

    private static Content truncate(ByteBuffer in) {
        int announced = in.getInt();
        int options = in.get();
        if (announced < 0 || announced > in.remaining() / Integer.BYTES) {
            throw new MalformedWalException("more relations announced than bytes hold");
        }
        List<Integer> oids = new ArrayList<>(announced);
        for (int i = 0; i < announced; i++) {
            oids.add(in.getInt());
        }
        return new WalMessage.Truncate(
                oids, (options & TRUNCATE_CASCADE) != 0, (options & TRUNCATE_RESTART_IDENTITY) != 0);
    }

    private static Content message(ByteBuffer in) {
        boolean transactional = (in.get() & MESSAGE_TRANSACTIONAL) != 0;
        return new WalMessage.Message(lsn(in), transactional, string(in), value(in));
    }

    private static List<Cell> newRow(ByteBuffer in, byte kind) {
        if (kind != 'N') {
            throw new MalformedWalException("a new row expected, found kind " + kind);
        }
        return row(in);
    }

    private static List<Cell> row(ByteBuffer in) {
        int count = count(in, in.getShort());
        Cell[] cells = new Cell[count];
        for (int i = 0; i < count; i++) {
            cells[i] = switch (in.get()) {
                case 'n' -> Cell.NULL;
                case 'u' -> Cell.UNCHANGED_TOAST;
                case 't' -> new Cell.Text(value(in));
                case 'b' -> new Cell.Binary(value(in));
                default -> throw new MalformedWalException("unknown kind of column value");
            };
        }
        return Collections.unmodifiableList(Arrays.asList(cells));
    }

    /** A number of items of at least one byte each, checked before anything is allocated for them. */
    private static int count(ByteBuffer in, int announced) {
        if (announced < 0 || announced > in.remaining()) {
            throw new MalformedWalException("more columns announced than bytes hold");
        }
        return announced;
    }

    private static ByteBuffer value(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new MalformedWalException("a value is longer than its message");
        }
        ByteBuffer value = in.slice(in.position(), length);
        in.position(in.position() + length);
        return value;
    }

    /** Up to the next NUL, which is consumed. */
    private static String string(ByteBuffer in) {
        int start = in.position();
        while (in.get() != 0) {
            // get() moves on, and throws at the end
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(in.slice(start, in.position() - 1 - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedWalException("a name is not UTF-8", e);
        }
    }

    /** The server sends the schema pg_catalog as an empty name. */
    private static String namespace(ByteBuffer in) {
        String name = string(in);
        return name.isEmpty() ? "pg_catalog" : name;
    }

    private static Lsn lsn(ByteBuffer in) {
        return new Lsn(in.getLong());
    }

    private static Instant time(ByteBuffer in) {
        long micros = in.getLong();
        return Instant.ofEpochSecond(
                POSTGRES_EPOCH_SECONDS + Math.floorDiv(micros, MICROS_PER_SECOND),
                Math.floorMod(micros, MICROS_PER_SECOND) * 1000L);
    }

    private static boolean flag(ByteBuffer in) {
        return switch (in.get()) {
            case 0 -> false;
            case 1 -> true;
            default -> throw new MalformedWalException("a flag is neither 0 nor 1");
        };
    }

    private static void noFlags(ByteBuffer in) {
        if (in.get() != 0) {
            throw new MalformedWalException("unknown flags");
        }
    }
}
