#!/usr/bin/env bash
# A million scalar series that change every ten seconds, by UDP into the whole server: journal, embedded PostgreSQL,
# rules, host metrics, a page's live stream. Says whether it stays up within 8 GiB, and what breaks first. Needs gcc,
# curl, and target/tocsin.jar (mvn -q -DskipTests package). Uses only loopback; ends by itself.
#
#   load-tests/million.sh              sixteen minutes of load, so that every tick of the hot window is full
#   SECONDS_EACH=240                   so many seconds of load instead
#   SERIES=1000000                     so many series; each gets a sample every ten seconds
#   SAMPLE=30                          seconds between two lines of the table
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags (-Xms1g -Xmx5g), its collector (-XX:+UseZGC)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target/million
seconds=${SECONDS_EACH:-960}
series=${SERIES:-1000000}
sample=${SAMPLE:-30}
limit_mib=8192
[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=lib/server.sh
. "$here/lib/server.sh"
java=$(find_java)
rm -rf "$out"
mkdir -p "$out"
gcc -O2 -Wall -Wextra -o "$out/sender" "$here/udp/sender.c"
on_server=() sender=
trap 'finish; [ -z "$sender" ] || kill "$sender" 2>/dev/null || true' EXIT
JVM_FLAGS="${JVM_FLAGS:--Xms1g -Xmx5g} -Xlog:safepoint:file=$out/safepoint.log -Xlog:gc:file=$out/gc.log"

# metric NAME: the sum over its labels, as the server tells it.
metric() { curl -sf -m 20 "http://127.0.0.1:$http/metrics" | awk -v name="$1" '{ split($1, part, "{") } part[1] == name { total += $NF } END { printf "%.6g", total }'; }

# PostgreSQL's processes, shared pages counted once (Pss).
postgres_mib() {
  local main pid
  main=$(head -n 1 "$out/data/postgresql/cluster/postmaster.pid" 2>/dev/null) || return 0
  for pid in "$main" $(pgrep -P "$main"); do
    awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup" 2>/dev/null || true
  done | awk '{ total += $1 } END { printf "%d", total / 1024 }'
}

mib_of() { du -sm "$1" 2>/dev/null | cut -f1; }

# timed NAME CURL-ARGUMENT…: milliseconds of one request, or the status that was no success.
timed() {
  curl -s -m 60 -o "$out/answer" -w '%{http_code} %{time_total}\n' "$@" |
    awk '{ if ($1 == 200) printf "%.0f", $2 * 1000; else printf "%s!", $1 }'
}

base() { echo "http://127.0.0.1:$http/api/v1/$1"; }

start_server --set "series.max=$((series * 2))" --set "series.max-per-metric=$series"
"$out/sender" --port "$udp" --workload w5 --series "$series" --rate "$((series / 10))" --seconds "$seconds" >"$out/sender.json" &
sender=$!
printf '%6s %8s %6s %8s %8s %6s %9s %8s %7s %9s %9s %9s\n' second series RSS PostgreSQL journal data "CPU s" "tick ms" halved \
  "page ms" "rate ms" "labels ms"
began=$(date +%s) worst=0
while kill -0 "$sender" 2>/dev/null; do
  sleep "$sample"
  kill -0 "$server" 2>/dev/null || { echo "the server is gone; see $out/server.log"; exit 1; }
  rss=$(rss_mib "$server")
  worst=$((rss > worst ? rss : worst))
  ticks=$(metric tocsin_tick_duration_seconds_count) spent=$(metric tocsin_tick_duration_seconds_sum)
  printf '%6d %8s %6d %8d %8s %6s %9s %8s %7s %9s %9s %9s\n' $(($(date +%s) - began)) "$(metric tocsin_series)" "$rss" \
    "$(postgres_mib)" "$(mib_of "$out/data/journal")" "$(mib_of "$out/data/postgresql")" "$(cpu_of "$server")" \
    "$(calc "1000 * ($spent - ${spent_before:-0}) / ($ticks - ${ticks_before:-0})" | cut -c1-6)" \
    "$(metric tocsin_timeline_halvings)" \
    "$(timed -G "$(base series)" --data-urlencode 'match[]=load_depth{host="h0007"}' --data-urlencode limit=1000)" \
    "$(timed -G "$(base query)" --data-urlencode 'query=topk(5, sum by (host) (rate(load_hits{host=~"h000."}[1m])))')" \
    "$(timed "$(base label/host/values)")"
  spent_before=$spent ticks_before=$ticks
done
wait "$sender"
sender=
sleep 3
read -r accepted rejected drops <<<"$(counts)"
sent=$(field lines "$(cat "$out/sender.json")")
echo "sent $sent, accepted $accepted of all, rejected $rejected, packets dropped by the kernel $drops"
echo "resident at most $worst MiB, of $limit_mib allowed: $([ "$worst" -le "$limit_mib" ] && echo within || echo BEYOND)"
echo "longest pauses of the JVM, ms: $(sed -n 's/.*Total: *\([0-9]*\) ns.*/\1/p' "$out/safepoint.log" | sort -rn | head -3 | awk '{ printf "%.1f ", $1 / 1e6 }')"
curl -sf "http://127.0.0.1:$http/metrics" | grep -E '^tocsin_(journal|history|database|tick|ticks|timeline|series_limited)[a-z_]*(failures|dropped|lost|broken|unsent|skipped|behind|bytes|samples|max)' || true
grep -E ' (WARN|ERROR|WARNING) ' "$out/server.log" | cut -c1-200 | sort | uniq -c | sort -rn | head -20 || true
began=$(date +%s)
stop_server
echo "stopped in $(($(date +%s) - began)) s"
[ "$worst" -le "$limit_mib" ]
