#!/usr/bin/env bash
# Measures what the server takes in by UDP, and what that costs. Needs gcc, curl, and target/tocsin.jar
# (mvn -q -DskipTests package). Uses only loopback; ends by itself.
#
#   load-tests/run.sh                         all workloads at the default rates
#   load-tests/run.sh w1 w4                   some of them (see udp/sender.c)
#   RATES="2000000 4000000" SECONDS_EACH=5    lines per second to try, and for how long each
#   LIMITS=1                                  also the two plain C receivers, as limits to compare with
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=${TOCSIN_JAR:-$here/../target/tocsin.jar}
out=$here/target
http= udp= # any free ports; the server says which
seconds=${SECONDS_EACH:-5}
workloads=("$@")
[ ${#workloads[@]} -gt 0 ] || workloads=(w1 w2 w3 w4)

[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
java=$(find_java)
mkdir -p "$out"
gcc -O2 -Wall -Wextra -o "$out/sender" "$here/udp/sender.c"
gcc -O2 -Wall -Wextra -o "$out/receiver" "$here/udp/receiver.c"

# The sender on the first core, what it sends to on the second, where there are two.
on_sender=() on_server=()
if [ "$(nproc)" -ge 2 ] && command -v taskset >/dev/null; then
  on_sender=(taskset -c 0) on_server=(taskset -c 1)
fi

server=
finish() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; }
trap finish EXIT

rates_of() {
  if [ -n "${RATES:-}" ]; then echo "$RATES"; return; fi
  case $1 in
    w1) echo 1000000 2000000 4000000 6000000 8000000 ;;
    w2) echo 500000 1000000 2000000 3000000 ;;
    w3) echo 100000 200000 400000 ;;
    w4) echo 1000000 2000000 3000000 ;;
  esac
}

# metric NAME: the sum over all its series at /metrics, as a whole number.
metric() {
  curl -sf "http://127.0.0.1:$http/metrics" |
    awk -v name="$1" '{ split($1, part, "{") } part[1] == name { sum += $NF } END { printf "%.0f\n", sum }'
}

# query PROMQL: the value of a scalar or of the only series, as a whole number.
query() {
  curl -sf "http://127.0.0.1:$http/api/v1/query" --data-urlencode "query=$1" |
    sed -n 's/.*"value":\[[^,]*,"\([^"]*\)".*/\1/p' | awk '{ printf "%.0f\n", $1 }'
}

# CPU seconds a process has used: fields 14 and 15 of /proc/PID/stat, counted after the name, which may hold spaces.
cpu_of() { sed 's/.*) //' "/proc/$1/stat" | awk -v hz="$(getconf CLK_TCK)" '{ printf "%.2f\n", ($12 + $13) / hz }'; }

field() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" <<<"$2"; }

start_server() {
  "${on_server[@]}" "$java" -XX:+UseCompactObjectHeaders -XX:+UseParallelGC ${TOCSIN_JVM:--Xms2g -Xmx2g} \
    -jar "$jar" run --set http.port=0 --set ingest.udp.port=0 --set host.enabled=false \
    --set series.max=200000 >"$out/server.log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    http=$(sed -n 's|.*ready: http://[^ ]*:\([0-9]*\) .*|\1|p' "$out/server.log")
    udp=$(sed -n 's|.*ready: .* udp [^ ]*:\([0-9]*\) .*|\1|p' "$out/server.log")
    if [ -n "$http" ] && curl -sf "http://127.0.0.1:$http/readyz" >/dev/null; then return; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.2
  done
  echo "the server did not start; see $out/server.log" >&2
  exit 1
}

stop_server() {
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}

send() { "${on_sender[@]}" "$out/sender" --port $udp --workload "$1" --rate "$2" --seconds "$3"; }

header() {
  printf '\n%s\n%-9s %12s %12s %12s %9s %9s %9s %8s %8s\n' "$1" \
    "rate" "sent/s" "accepted" "sent" "rejected" "lost pkt" "CPU s/M" "RSS MiB" "exact"
}

run_workload() {
  local workload=$1 rate result accepted0 rejected0 drops0 cpu0 cpu1 counters0
  start_server
  # Two rounds: until the code is compiled and every series is known.
  send "$workload" 500000 5 >/dev/null
  send "$workload" 1000000 5 >/dev/null
  sleep 2
  header "$workload: udp, server on one core, $seconds s each"
  for rate in $(rates_of "$workload"); do
    accepted0=$(metric tocsin_samples_accepted_total)
    rejected0=$(metric tocsin_samples_rejected_total)
    drops0=$(metric tocsin_udp_kernel_drops_total)
    counters0=$(query 'sum({__name__=~"load_service_requests.*"})')
    cpu0=$(cpu_of "$server")
    result=$(send "$workload" "$rate" "$seconds")
    sleep 0.2
    cpu1=$(cpu_of "$server")
    # Counts are published once a second, and the last interval closed at its tick.
    sleep 2.5
    local accepted=$(($(metric tocsin_samples_accepted_total) - accepted0))
    local rejected=$(($(metric tocsin_samples_rejected_total) - rejected0))
    local drops=$(($(metric tocsin_udp_kernel_drops_total) - drops0))
    local counted=$(($(query 'sum({__name__=~"load_service_requests.*"})') - counters0))
    local lines exact=no
    lines=$(field lines "$result")
    # The sum of all counters grew by exactly what was sent.
    [ "$counted" = "$(field counter_sum "$result")" ] && exact=yes
    [ "$drops" -gt 0 ] && exact="-"
    awk -v rate="$rate" -v lines="$lines" -v s="$(field seconds "$result")" -v accepted="$accepted" \
      -v rejected="$rejected" -v drops="$drops" -v cpu="$cpu1" -v cpu0="$cpu0" -v exact="$exact" \
      -v rss="$(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$server/status")" \
      'BEGIN { printf "%-9d %12.0f %12d %12d %9d %9d %9.3f %8d %8s\n", rate, lines / s, accepted, lines, rejected,
               drops, accepted ? (cpu - cpu0) / accepted * 1e6 : 0, rss, exact }'
  done
  stop_server
}

run_limit() {
  local workload=$1 mode=$2 rate result received
  udp=${LIMIT_PORT:-19125}
  header "$workload: plain C receiver ${mode:-count only}"
  for rate in $(rates_of "$workload"); do
    "${on_server[@]}" "$out/receiver" --port $udp $mode >"$out/receiver.json" &
    server=$!
    sleep 0.2
    result=$(send "$workload" "$rate" "$seconds")
    sleep 0.3
    stop_server
    received=$(<"$out/receiver.json")
    awk -v rate="$rate" -v lines="$(field lines "$result")" -v s="$(field seconds "$result")" \
      -v accepted="$(field lines "$received")" -v drops="$(field drops "$received")" -v cpu="$(field cpu_seconds "$received")" \
      'BEGIN { printf "%-9d %12.0f %12d %12d %9s %9d %9.3f %8s %8s\n", rate, lines / s, accepted, lines, "-", drops,
               accepted ? cpu / accepted * 1e6 : 0, "-", "-" }'
  done
}

for workload in "${workloads[@]}"; do
  run_workload "$workload"
  if [ -n "${LIMITS:-}" ]; then
    run_limit "$workload" ""
    run_limit "$workload" --parse
  fi
done
