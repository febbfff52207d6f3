package dev.ghee.control.kv;

/** What an operation does to a key. */
enum KvAccess {
    READ,
    WRITE
}
