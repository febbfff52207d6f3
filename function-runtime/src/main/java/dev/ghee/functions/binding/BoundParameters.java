package dev.ghee.functions.binding;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.data.Numeric;
import io.vertx.sqlclient.impl.ArrayTuple;
import java.lang.reflect.Array;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Parameters as functions' code gave them, in JSON. The client asks each one for the type that the statement wants,
 * once the server has said which: so a string will do for a uuid, a number or a time, as with drivers that send text.
 *
 * <p>The client's own message about a value that does not fit quotes Java types; {@link #complaint} has a better one.
 */
final class BoundParameters extends ArrayTuple {
    private final JsonNode values;
    private final Set<Integer> bytes;
    private @Nullable GheeException complaint;

    /** @param bytes positions of those that are base64 of bytes */
    BoundParameters(JsonNode values, Set<Integer> bytes) {
        super(values.size());
        this.values = values;
        this.bytes = bytes;
        for (int i = 0; i < values.size(); i++) {
            addValue(ParameterText.loose(values.get(i)));
        }
    }

    /** What was wrong with a value; null when none was. */
    @Nullable
    GheeException complaint() {
        return complaint;
    }

    @Override
    public @Nullable String getString(int position) {
        return single(position, "text", ParameterText::of);
    }

    @Override
    public @Nullable Boolean getBoolean(int position) {
        return single(position, "a boolean", ParameterText::bool);
    }

    @Override
    public @Nullable Short getShort(int position) {
        return single(position, "a smallint", ParameterText::int2);
    }

    @Override
    public @Nullable Integer getInteger(int position) {
        return single(position, "an integer", ParameterText::int4);
    }

    @Override
    public @Nullable Long getLong(int position) {
        return single(position, "a bigint", ParameterText::int8);
    }

    @Override
    public @Nullable Float getFloat(int position) {
        return single(position, "a number", ParameterText::float4);
    }

    @Override
    public @Nullable Double getDouble(int position) {
        return single(position, "a number", ParameterText::float8);
    }

    @Override
    public @Nullable Numeric getNumeric(int position) {
        return single(position, "a number", ParameterText::numeric);
    }

    @Override
    public @Nullable LocalDate getLocalDate(int position) {
        return single(position, "a date", ParameterText::date);
    }

    @Override
    public @Nullable LocalTime getLocalTime(int position) {
        return single(position, "a time", ParameterText::time);
    }

    @Override
    public @Nullable OffsetTime getOffsetTime(int position) {
        return single(position, "a time with its offset", ParameterText::timeWithOffset);
    }

    @Override
    public @Nullable LocalDateTime getLocalDateTime(int position) {
        return single(position, "a timestamp", ParameterText::timestamp);
    }

    @Override
    public @Nullable OffsetDateTime getOffsetDateTime(int position) {
        return single(position, "a timestamp", ParameterText::moment);
    }

    @Override
    public @Nullable UUID getUUID(int position) {
        return single(position, "a uuid", ParameterText::uuid);
    }

    @Override
    public @Nullable Object getJson(int position) {
        return single(position, "JSON", ParameterText::json);
    }

    @Override
    public @Nullable Buffer getBuffer(int position) {
        boolean binary = bytes.contains(position);
        return single(position, "bytes", value -> ParameterText.buffer(value, binary));
    }

    @Override
    public String @Nullable [] getArrayOfStrings(int position) {
        return array(position, String.class, ParameterText::of);
    }

    @Override
    public Boolean @Nullable [] getArrayOfBooleans(int position) {
        return array(position, Boolean.class, ParameterText::bool);
    }

    @Override
    public Short @Nullable [] getArrayOfShorts(int position) {
        return array(position, Short.class, ParameterText::int2);
    }

    @Override
    public Integer @Nullable [] getArrayOfIntegers(int position) {
        return array(position, Integer.class, ParameterText::int4);
    }

    @Override
    public Long @Nullable [] getArrayOfLongs(int position) {
        return array(position, Long.class, ParameterText::int8);
    }

    @Override
    public Float @Nullable [] getArrayOfFloats(int position) {
        return array(position, Float.class, ParameterText::float4);
    }

    @Override
    public Double @Nullable [] getArrayOfDoubles(int position) {
        return array(position, Double.class, ParameterText::float8);
    }

    @Override
    public Numeric @Nullable [] getArrayOfNumerics(int position) {
        return array(position, Numeric.class, ParameterText::numeric);
    }

    @Override
    public LocalDate @Nullable [] getArrayOfLocalDates(int position) {
        return array(position, LocalDate.class, ParameterText::date);
    }

    @Override
    public LocalTime @Nullable [] getArrayOfLocalTimes(int position) {
        return array(position, LocalTime.class, ParameterText::time);
    }

    @Override
    public OffsetTime @Nullable [] getArrayOfOffsetTimes(int position) {
        return array(position, OffsetTime.class, ParameterText::timeWithOffset);
    }

    @Override
    public LocalDateTime @Nullable [] getArrayOfLocalDateTimes(int position) {
        return array(position, LocalDateTime.class, ParameterText::timestamp);
    }

    @Override
    public OffsetDateTime @Nullable [] getArrayOfOffsetDateTimes(int position) {
        return array(position, OffsetDateTime.class, ParameterText::moment);
    }

    @Override
    public UUID @Nullable [] getArrayOfUUIDs(int position) {
        return array(position, UUID.class, ParameterText::uuid);
    }

    @Override
    public Object @Nullable [] getArrayOfJsons(int position) {
        return array(position, Object.class, ParameterText::json);
    }

    @Override
    public Buffer @Nullable [] getArrayOfBuffers(int position) {
        return array(position, Buffer.class, value -> ParameterText.buffer(value, false));
    }

    private <T> @Nullable T single(int position, String kind, Function<JsonNode, T> conversion) {
        JsonNode value = values.get(position);
        if (value == null || value.isNull()) {
            return null;
        }
        try {
            return conversion.apply(value);
        } catch (RuntimeException e) {
            throw complain(position, kind);
        }
    }

    @SuppressWarnings("unchecked")
    private <T> T @Nullable [] array(int position, Class<T> type, Function<JsonNode, T> conversion) {
        JsonNode value = values.get(position);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isArray()) {
            throw complain(position, "an array");
        }
        T[] elements = (T[]) Array.newInstance(type, value.size());
        for (int i = 0; i < elements.length; i++) {
            JsonNode element = value.get(i);
            if (!element.isNull()) {
                try {
                    elements[i] = conversion.apply(element);
                } catch (RuntimeException e) {
                    throw complain(position, "an array of values that fit");
                }
            }
        }
        return elements;
    }

    private GheeException complain(int position, String kind) {
        complaint = new GheeException(
                ErrorCode.VALIDATION_INVALID_TYPE, "Parameter $" + (position + 1) + " has to be " + kind);
        return complaint;
    }
}
