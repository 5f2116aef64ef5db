package dev.tocsin.config;

/**
 * The text of one configuration file.
 *
 * @param name the name told in errors: a path as the user would write it
 */
public record ConfigText(String name, String text) {}
