/**
 * Active checks: what does not push is asked, and the answers become series. {@link dev.tocsin.watch.check.CheckBook}
 * decides what runs when and what a result means; probes ask; {@link dev.tocsin.watch.check.CheckVerticle} joins the two.
 */
@NullMarked
package dev.tocsin.watch.check;

import org.jspecify.annotations.NullMarked;
