package dev.tocsin.notify;

/** The settings of one integration of one receiver, of whichever kind. Immutable; equal settings make equal channels. */
public sealed interface ChannelSettings permits EmailSettings, HttpChannelSettings {}
