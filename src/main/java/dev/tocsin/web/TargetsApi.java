package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.PromDuration;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import dev.tocsin.core.scrape.ScrapeTargets;
import dev.tocsin.core.scrape.TargetStatus;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Prometheus' API to what is scraped: {@code targets}, {@code targets/metadata}, {@code scrape_pools}. Safe from any
 * thread.
 */
public final class TargetsApi {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String NEVER = "0001-01-01T00:00:00Z";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final ScrapeTargets targets;
    private final String host;
    private final QueryPool pool;

    private record OfTarget(Labels target, MetricMetadata metadata) {}

    /** @param host by which others reach this machine: in links it stands for its loopback addresses */
    public TargetsApi(ScrapeTargets targets, String host, QueryPool pool) {
        this.targets = targets;
        this.host = host;
        this.pool = pool;
    }

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/targets", this::targets);
        QueryApi.route(router, "/api/v1/targets/metadata", this::metadata);
        QueryApi.route(router, "/api/v1/scrape_pools", this::pools);
    }

    private void pools(RoutingContext ctx) {
        answer(ctx, "scrape_pools", json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("scrapePools");
            for (ScrapeTargets.Pool each : targets.pools()) {
                json.writeString(each.job());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private void targets(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        String state = parameters.text("state").toLowerCase(Locale.ROOT);
        String job = parameters.text("scrapePool");
        answer(ctx, "targets", json -> {
            List<ScrapeTargets.Pool> pools = targets.pools().stream()
                    .filter(each -> job.isEmpty() || each.job().equals(job))
                    .toList();
            json.writeStartObject();
            json.writeArrayFieldStart("activeTargets");
            for (ScrapeTargets.Pool each : state.equals("dropped") ? List.<ScrapeTargets.Pool>of() : pools) {
                for (TargetStatus target : each.active()) {
                    writeActive(json, each.job(), target);
                }
            }
            json.writeEndArray();
            writeDropped(json, state.equals("active") ? List.of() : pools);
            json.writeEndObject();
        });
    }

    private void writeActive(JsonGenerator json, String job, TargetStatus target) throws IOException {
        json.writeStartObject();
        json.writeFieldName("discoveredLabels");
        AnswerJson.writeLabels(json, target.discovered());
        json.writeFieldName("labels");
        AnswerJson.writeLabels(json, target.labels());
        json.writeStringField("scrapePool", job);
        json.writeStringField("scrapeUrl", target.url());
        json.writeStringField("globalUrl", global(target.url()));
        json.writeStringField("lastError", target.lastError());
        json.writeStringField(
                "lastScrape",
                target.lastScrapeMillis() == TargetStatus.NEVER
                        ? NEVER
                        : Instant.ofEpochMilli(target.lastScrapeMillis()).toString());
        json.writeNumberField("lastScrapeDuration", target.lastDurationNanos() / NANOS_PER_SECOND);
        json.writeStringField("health", target.health().name().toLowerCase(Locale.ROOT));
        json.writeStringField("scrapeInterval", PromDuration.format(target.intervalMillis()));
        json.writeStringField("scrapeTimeout", PromDuration.format(target.timeoutMillis()));
        json.writeEndObject();
    }

    private static void writeDropped(JsonGenerator json, List<ScrapeTargets.Pool> pools) throws IOException {
        json.writeArrayFieldStart("droppedTargets");
        for (ScrapeTargets.Pool each : pools) {
            for (Labels discovered : each.dropped()) {
                json.writeStartObject();
                json.writeFieldName("discoveredLabels");
                AnswerJson.writeLabels(json, discovered);
                json.writeEndObject();
            }
        }
        json.writeEndArray();
        json.writeObjectFieldStart("droppedTargetCounts");
        for (ScrapeTargets.Pool each : pools) {
            json.writeNumberField(each.job(), each.droppedCount());
        }
        json.writeEndObject();
    }

    private String global(String url) {
        URI uri = URI.create(url);
        return LOOPBACK.contains(uri.getHost())
                ? url.replaceFirst("://" + java.util.regex.Pattern.quote(uri.getHost()), "://" + host)
                : url;
    }

    private void metadata(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        String selector = parameters.text("match_target");
        String metric = parameters.text("metric");
        int limit = parameters.metadataLimit("limit", 0);
        List<Matcher> matchers = matchers(selector);
        answer(ctx, "targets_metadata", json -> {
            List<OfTarget> found = new ArrayList<>();
            targets.metadata((labels, each) -> {
                boolean isAsked = metric.isEmpty() || each.name().equals(metric);
                if (isAsked && found.size() < limit && matches(labels, matchers)) {
                    found.add(new OfTarget(labels, each));
                }
            });
            json.writeStartArray();
            for (OfTarget each : found) {
                write(json, each, metric.isEmpty());
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, OfTarget each, boolean withName) throws IOException {
        json.writeStartObject();
        json.writeFieldName("target");
        AnswerJson.writeLabels(json, each.target);
        if (withName) {
            json.writeStringField("metric", each.metadata.name());
        }
        json.writeStringField("type", each.metadata.type());
        json.writeStringField("help", each.metadata.help());
        json.writeStringField("unit", each.metadata.unit());
        json.writeEndObject();
    }

    private static List<Matcher> matchers(String selector) {
        try {
            return selector.isEmpty() ? List.of() : Promql.parseSelector(selector);
        } catch (PromqlException e) {
            throw ApiError.badParameter("match_target", String.valueOf(e.getMessage()));
        }
    }

    private static boolean matches(Labels labels, List<Matcher> matchers) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name())));
    }

    private void answer(RoutingContext ctx, String handler, AnswerJson.Body body) {
        pool.answer(
                ctx,
                handler,
                pool.bounds().defaultTimeout(),
                claim -> AnswerJson.success(pool.bounds().maxAnswerBytes(), body, List.of(), List.of()));
    }
}
