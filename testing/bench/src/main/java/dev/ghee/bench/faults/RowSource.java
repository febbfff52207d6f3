package dev.ghee.bench.faults;

import java.sql.Connection;
import java.sql.SQLException;

/** Where rows are written. */
public interface RowSource {
    /** A connection to the app's database, as its owner. */
    Connection open() throws SQLException;
}
