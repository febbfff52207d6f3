package dev.ghee.realtime.slot;

/** How the server writes values: binary is cheaper, text works for types without a codec too. */
public enum ValueForm {
    BINARY,
    TEXT
}
