/** Files and environment to validated records; errors name file, line and key. */
@NullMarked
package dev.tocsin.config;

import org.jspecify.annotations.NullMarked;
