/** Rule groups in Prometheus' format, judged at each tick; the state of each rule's alerts. */
@NullMarked
package dev.tocsin.rule;

import org.jspecify.annotations.NullMarked;
