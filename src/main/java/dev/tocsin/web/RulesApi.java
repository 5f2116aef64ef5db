package dev.tocsin.web;

import dev.tocsin.alert.Answers;
import dev.tocsin.rule.RuleView;
import dev.tocsin.rule.RulesView;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * {@code /api/v1/rules} and {@code /api/v1/alerts} as Prometheus answers them. An alert that is held without data keeps
 * its state (firing or pending) and has, beyond Prometheus, {@code noDataSince}; one that somebody has answered has
 * {@code acknowledged} or {@code resolved} (while its rule still fires), each with {@code by}, {@code comment},
 * {@code at}, {@code expiresAt}. Safe from any thread.
 */
public final class RulesApi {
    private final Supplier<RulesView> rules;
    private final Supplier<Answers> answers;
    private final QueryPool pool;

    /**
     * @param rules as they stand after the newest judging, asked at each request
     * @param answers what people said to alerts, asked at each request
     * @param pool where long answers are written, off the event loops
     */
    public RulesApi(Supplier<RulesView> rules, Supplier<Answers> answers, QueryPool pool) {
        this.rules = rules;
        this.answers = answers;
        this.pool = pool;
    }

    public void mount(Router router) {
        route(router, "/api/v1/rules", this::rules);
        route(router, "/api/v1/alerts", this::alerts);
    }

    /** The array that {@code /api/v1/alerts} has under {@code data.alerts}, on one line. */
    public static String alertsJson(RulesView view, Answers answers) {
        return RulesJson.alertArray(view, answers);
    }

    private static void route(Router router, String path, Consumer<RoutingContext> handler) {
        router.route(path).method(HttpMethod.GET).handler(ctx -> {
            try {
                handler.accept(ctx);
            } catch (ApiError e) {
                Replies.error(ctx, e);
            }
        });
    }

    private void alerts(RoutingContext ctx) {
        RulesView view = rules.get();
        pool.answer(
                ctx,
                "alerts",
                pool.bounds().defaultTimeout(),
                claim -> AnswerJson.success(
                        pool.bounds().maxAnswerBytes(),
                        json -> {
                            json.writeStartObject();
                            json.writeFieldName("alerts");
                            RulesJson.writeAlerts(json, view.alerts(), answers.get());
                            json.writeEndObject();
                        },
                        List.of(),
                        List.of()));
    }

    private void rules(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        RulePage page = RulePage.of(ctx.request().params(), parameters.limit("group_limit"));
        Predicate<RuleView> wanted = RuleFilter.of(ctx.request().params(), parameters.selectors());
        boolean withAlerts = !RuleFilter.flag(ctx.request().params(), "exclude_alerts");
        Set<String> files = Set.copyOf(ctx.request().params().getAll("file[]"));
        Set<String> names = Set.copyOf(ctx.request().params().getAll("rule_group[]"));
        List<RulesView.Group> groups = rules.get().groups().stream()
                .filter(group -> files.isEmpty() || files.contains(group.group().file()))
                .filter(group -> names.isEmpty() || names.contains(group.group().name()))
                .map(group -> RuleFilter.only(group, wanted))
                .filter(group -> !group.rules().isEmpty())
                .toList();
        pool.answer(
                ctx,
                "rules",
                pool.bounds().defaultTimeout(),
                claim -> AnswerJson.success(
                        pool.bounds().maxAnswerBytes(),
                        json -> RulesJson.writeGroups(
                                json, page.of(groups), page.next(groups), withAlerts, answers.get()),
                        List.of(),
                        List.of()));
    }
}
