/** Pictures of series over time, for where there is no browser: mails, chats, documents. */
@NullMarked
package dev.tocsin.chart;

import org.jspecify.annotations.NullMarked;
