/** What is known of active checks, and how jobs say that they ran. */
@NullMarked
package dev.tocsin.core.check;

import org.jspecify.annotations.NullMarked;
