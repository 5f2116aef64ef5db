package dev.tocsin.watch.host;

import java.util.List;
import java.util.regex.Pattern;

/** What node_exporter's collectors sockstat, netstat and udp_queues say. Confined to one thread at a time. */
final class NodeSockets {
    private static final double PAGE_BYTES = 4_096;

    /** node_exporter's own choice, its default for {@code --collector.netstat.fields}. */
    private static final Pattern NETSTAT = Pattern.compile("(.*_(InErrors|InErrs)|Ip_Forwarding"
            + "|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)"
            + "|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts)"
            + "|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)"
            + "|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))");

    private final SystemFiles files;

    NodeSockets(SystemFiles files) {
        this.files = files;
    }

    void read(NodeRows rows) {
        sockstat("proc/net/sockstat", rows);
        sockstat("proc/net/sockstat6", rows);
        netstat("proc/net/netstat", rows);
        netstat("proc/net/snmp", rows);
        snmp6(rows);
    }

    /** {@code TCP: inuse 16 orphan 0 …}. */
    private void sockstat(String file, NodeRows rows) {
        for (String line : files.lines(file)) {
            String[] fields = line.split("[: ]+", 0);
            for (int i = 1; i + 1 < fields.length; i += 2) {
                String metric = "node_sockstat_" + fields[0] + "_" + fields[i];
                rows.addParsed(metric, fields[i + 1], 1);
                if (fields[i].equals("mem")) {
                    rows.addParsed(metric + "_bytes", fields[i + 1], PAGE_BYTES);
                }
            }
        }
    }

    /** Pairs of lines: one with names, one with numbers. */
    private void netstat(String file, NodeRows rows) {
        List<String> lines = files.lines(file);
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            String[] names = lines.get(i).split("[: ]+", 0);
            String[] values = lines.get(i + 1).split("[: ]+", 0);
            for (int j = 1; j < Math.min(names.length, values.length); j++) {
                add(names[0] + "_" + names[j], values[j], rows);
            }
        }
    }

    /** {@code Ip6InOctets 256}: the protocol ends with the six. */
    private void snmp6(NodeRows rows) {
        for (String line : files.lines("proc/net/snmp6")) {
            String[] fields = line.split("\\s+", 0);
            int six = fields[0].indexOf('6');
            if (fields.length == 2 && six > 0) {
                add(fields[0].substring(0, six + 1) + "_" + fields[0].substring(six + 1), fields[1], rows);
            }
        }
    }

    private static void add(String name, String value, NodeRows rows) {
        if (NETSTAT.matcher(name).matches()) {
            rows.addParsed("node_netstat_" + name, value, 1);
        }
    }
}
