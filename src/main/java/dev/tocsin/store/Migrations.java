package dev.tocsin.store;

import dev.tocsin.postgres.ServerAddress;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Brings the database to the schema of this version: {@code db/migration/V*.sql}, forward only, each in a transaction of
 * its own, all in the namespace {@value #SCHEMA}. Several processes may do it at once; a database of a later version is
 * refused.
 */
public final class Migrations {
    /** The namespace of all tables. */
    public static final String SCHEMA = "tocsin";

    private Migrations() {}

    /**
     * Blocks: not for an event loop.
     *
     * @throws FlywayException where the server can't be reached, refuses, or has the schema of a later version
     */
    static void run(ServerAddress server) {
        flyway(server).load().migrate();
    }

    /**
     * The schema up to one version only.
     *
     * @throws FlywayException also where this program does not know that version
     */
    public static void run(ServerAddress server, String version) {
        flyway(server).target(version).load().migrate();
    }

    /** The statement that makes a table of chunks where there is none; partitions follow. */
    public static String chunkTable(String name) {
        return "CREATE TABLE IF NOT EXISTS " + SCHEMA + "." + name + " (LIKE " + SCHEMA
                + ".chunk_10s INCLUDING STORAGE, PRIMARY KEY (slot, series)) PARTITION BY RANGE (slot)";
    }

    private static org.flywaydb.core.api.configuration.FluentConfiguration flyway(ServerAddress server) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.jdbcUrl());
        server.jdbcProperties().forEach((name, value) -> set(source, name.toString(), value.toString()));
        return Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(source)
                .schemas(SCHEMA)
                .locations("classpath:db/migration")
                // Also those of a later version, which are ignored by default.
                .ignoreMigrationPatterns(new String[0]);
    }

    private static void set(PGSimpleDataSource source, String name, String value) {
        try {
            source.setProperty(name, value);
        } catch (java.sql.SQLException e) {
            throw new FlywayException("the driver refuses the property " + name, e);
        }
    }
}
