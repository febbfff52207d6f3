package dev.ghee.pgoutput.value;

/**
 * A value arrived in the binary form of a type without a codec. {@link PgType#hasBinaryCodec} tells beforehand; the
 * remedy is to open the slot with {@code binary 'false'}.
 */
public final class UnsupportedTypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedTypeException(PgType.Unsupported type) {
        super("no binary codec for type " + type.name() + " (" + Integer.toUnsignedString(type.oid()) + ")");
    }
}
