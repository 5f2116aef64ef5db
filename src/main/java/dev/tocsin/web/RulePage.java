package dev.tocsin.web;

import dev.tocsin.rule.RulesView;
import io.vertx.core.MultiMap;
import java.util.List;

/**
 * A page of rule groups: Prometheus' {@code group_limit} and {@code group_next_token}. Immutable.
 *
 * @param limit most groups on the page
 * @param token of the first group on it; empty for the first page
 */
record RulePage(int limit, String token) {
    static RulePage of(MultiMap parameters, int limit) {
        String token = parameters.get("group_next_token");
        if (token != null && !token.isEmpty() && limit == Integer.MAX_VALUE) {
            throw ApiError.badParameter(
                    "group_limit", "group_limit needs to be present in order to paginate over the groups");
        }
        return new RulePage(limit, token == null ? "" : token);
    }

    List<RulesView.Group> of(List<RulesView.Group> groups) {
        int from = start(groups);
        return groups.subList(from, Math.min(groups.size(), (int) Math.min((long) from + limit, Integer.MAX_VALUE)));
    }

    /** The token of the next page; empty where this is the last. */
    String next(List<RulesView.Group> groups) {
        long to = (long) start(groups) + limit;
        return to < groups.size() ? tokenOf(groups.get((int) to)) : "";
    }

    private int start(List<RulesView.Group> groups) {
        if (token.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < groups.size(); i++) {
            if (tokenOf(groups.get(i)).equals(token)) {
                return i;
            }
        }
        throw ApiError.badData("invalid group_next_token '" + token + "'. were rule groups changed?");
    }

    private static String tokenOf(RulesView.Group group) {
        return dev.tocsin.core.Labels.of("group", group.group().id()).fingerprintHex();
    }
}
