/**
 * The language of Go's {@code text/template}, in which people of Prometheus and Alertmanager write annotations and
 * messages: lexer, tree, execution, and Go's {@code printf}. Pure; bounded in time, depth and output.
 */
@NullMarked
package dev.tocsin.template;

import org.jspecify.annotations.NullMarked;
