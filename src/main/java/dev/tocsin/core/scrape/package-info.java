/** What is known of scraped targets, for whoever shows it. */
@NullMarked
package dev.tocsin.core.scrape;

import org.jspecify.annotations.NullMarked;
