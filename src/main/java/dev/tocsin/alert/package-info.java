/** What happens to an alert after it fires: routes, groups, waiting, repeating. Pure state machines and one thin verticle. */
@NullMarked
package dev.tocsin.alert;

import org.jspecify.annotations.NullMarked;
