package dev.tocsin.core.quality;

import java.util.Collection;

/** All data sets whose quality is judged. Any thread. */
public interface Quality {
    /** What is known of each now, by name. */
    Collection<DatasetStatus> all();
}
