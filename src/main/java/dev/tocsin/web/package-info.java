/** The HTTP surface: query API, live stream, dashboards, health, and the page. */
@NullMarked
package dev.tocsin.web;

import org.jspecify.annotations.NullMarked;
