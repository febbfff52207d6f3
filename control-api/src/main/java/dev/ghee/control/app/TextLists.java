package dev.ghee.control.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppState;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.io.UncheckedIOException;
import java.util.List;

/** Lists of an app as JSON text: always read and written whole, never searched. */
final class TextLists {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TextLists() {}

    /** Origins and content types. */
    @Converter
    static final class Strings implements AttributeConverter<List<String>, String> {
        @Override
        public String convertToDatabaseColumn(List<String> attribute) {
            return write(attribute);
        }

        @Override
        public List<String> convertToEntityAttribute(String column) {
            return read(column, new TypeReference<>() {});
        }
    }

    /** Public signing keys. */
    @Converter
    static final class PublicKeys implements AttributeConverter<List<AppState.PublicKey>, String> {
        @Override
        public String convertToDatabaseColumn(List<AppState.PublicKey> attribute) {
            return write(attribute);
        }

        @Override
        public List<AppState.PublicKey> convertToEntityAttribute(String column) {
            return read(column, new TypeReference<>() {});
        }
    }

    private static String write(Object list) {
        try {
            return JSON.writeValueAsString(list);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> List<T> read(String json, TypeReference<List<T>> type) {
        try {
            return List.copyOf(JSON.readValue(json, type));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
