package dev.tocsin.rule;

/** Why an alert is where it is: the answer to "why was I (not) paged?", and what the log says. */
public enum AlertReason {
    CONDITION_BEGAN("the condition began to hold"),
    CONDITION_HELD("the condition held for as long as the rule asks"),
    KEPT_FIRING("the condition ceased to hold; the rule keeps it firing"),
    NO_DATA("no sample of its series; held"),
    DATA_CAME_BACK("its series has samples again"),
    CONDITION_ENDED("the condition ceased to hold"),
    SERIES_GONE("series gone"),
    RULE_REMOVED("rule removed"),
    LIMIT_EXCEEDED("the group's limit was exceeded");

    private final String words;

    AlertReason(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }

    /** Whether it ended an alert without the condition being seen to end: people are told in an annotation. */
    boolean endsUnseen() {
        return this == SERIES_GONE || this == RULE_REMOVED || this == LIMIT_EXCEEDED;
    }
}
