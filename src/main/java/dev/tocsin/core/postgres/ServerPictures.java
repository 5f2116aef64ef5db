package dev.tocsin.core.postgres;

import java.util.Collection;

/** All PostgreSQL servers that are looked at. Any thread. */
@FunctionalInterface
public interface ServerPictures {
    /** What is known of each now, by name. */
    Collection<ServerPicture> all();
}
