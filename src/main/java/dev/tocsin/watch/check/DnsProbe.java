package dev.tocsin.watch.check;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import java.util.List;

/** Asks a name server for records of one type. */
final class DnsProbe implements Probe {
    private final ProbeSpec.Dns spec;
    private final Vertx vertx;

    DnsProbe(ProbeSpec.Dns spec, Vertx vertx) {
        this.spec = spec;
        this.vertx = vertx;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        DnsClientOptions options =
                new DnsClientOptions().setQueryTimeout(attempt.timeout().toMillis());
        if (!spec.server().isEmpty()) {
            options.setHost(spec.server()).setPort(spec.port());
        }
        DnsClient client = vertx.createDnsClient(options);
        Future<List<String>> asked = ask(client);
        // Not when the attempt ends: closed while a query is under way, the client fails it twice. It ends by its
        // time-out.
        asked.onComplete(done -> client.close().onFailure(e -> {}));
        return asked.map(this::judge);
    }

    private Future<List<String>> ask(DnsClient client) {
        String name = spec.query();
        return switch (spec.type()) {
            case A -> client.resolveA(name);
            case AAAA -> client.resolveAAAA(name);
            case CNAME -> client.resolveCNAME(name);
            case MX ->
                client.resolveMX(name)
                        .map(records -> records.stream()
                                .map(record -> record.priority() + " " + record.name())
                                .toList());
            case NS -> client.resolveNS(name);
            case TXT -> client.resolveTXT(name);
        };
    }

    private ProbeResult judge(List<String> answers) {
        String told = spec.query() + " " + spec.type() + " is " + String.join(", ", answers);
        if (answers.isEmpty()) {
            return ProbeResult.failed(spec.query() + " has no " + spec.type());
        }
        return answers.containsAll(spec.expect())
                ? ProbeResult.ok(told)
                : ProbeResult.failed(told + ", not " + String.join(", ", spec.expect()));
    }
}
