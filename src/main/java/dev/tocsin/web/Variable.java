package dev.tocsin.web;

import java.util.List;

/**
 * What the reader of a {@link Dashboard} chooses: {@code $name} in its expressions and titles stands for it.
 *
 * @param title what the choice is called; the name, where the file gives none
 * @param multi whether several values may be chosen at once
 * @param all whether "all" may be chosen
 * @param chosen what is chosen where the address says nothing; empty for all, or else the first
 */
public record Variable(String name, String title, Source source, boolean multi, boolean all, List<String> chosen) {
    /** Most values that are offered. */
    public static final int MAX_VALUES = 500;

    /** Where its values come from. */
    public sealed interface Source {
        /**
         * The values of one label among the series of a metric or query.
         *
         * @param of PromQL, in which variables above this one may stand
         * @param isSelector whether that is a selector alone, so that series count that have gone
         */
        record LabelValues(String label, String of, boolean isSelector) implements Source {}

        /** A list in the file. */
        record Fixed(List<String> values) implements Source {
            public Fixed {
                values = List.copyOf(values);
            }
        }

        /** Durations, for windows of time. */
        record Intervals(List<String> values) implements Source {
            public Intervals {
                values = List.copyOf(values);
            }
        }
    }

    public Variable {
        chosen = List.copyOf(chosen);
    }
}
