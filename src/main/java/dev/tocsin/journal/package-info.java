/** The journal: every closed tick and what must outlive the process, in files under the data folder. */
@NullMarked
package dev.tocsin.journal;

import org.jspecify.annotations.NullMarked;
