package dev.tocsin.rule;

/** Why a rule could not be judged although its expression has a result; the message is for the API and the log. */
final class RuleFailure extends RuntimeException {
    RuleFailure(String message) {
        super(message);
    }
}
