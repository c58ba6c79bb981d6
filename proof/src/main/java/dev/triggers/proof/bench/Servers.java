package dev.triggers.proof.bench;

import java.sql.Connection;
import java.sql.SQLException;

/** Where events went: the log and the database of services that run. */
interface Servers {

    /** A bootstrap address. */
    String kafka();

    /** As the operator: sees all organisations. The caller closes it. */
    Connection connect() throws SQLException;
}
