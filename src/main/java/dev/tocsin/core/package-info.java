/**
 * The words everything else is said in: labels, matchers, points, distributions, the clock, events, and the ports
 * (interfaces) through which the other packages meet. Knows no other package of the project, and no Vert.x.
 */
@NullMarked
package dev.tocsin.core;

import org.jspecify.annotations.NullMarked;
