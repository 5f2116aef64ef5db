/** What keeps an installation: backups, and bringing them back. Blocks; not for event loops. */
@NullMarked
package dev.tocsin.maintain;

import org.jspecify.annotations.NullMarked;
