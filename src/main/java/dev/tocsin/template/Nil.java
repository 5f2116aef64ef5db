package dev.tocsin.template;

/** Go's nil: no value. */
public enum Nil {
    NIL
}
