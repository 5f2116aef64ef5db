#!/usr/bin/env bash
# What it costs to judge 1,000 rules over 100,000 series every second, beside Debian's Prometheus on the same rules and
# values. Needs curl, prometheus (Debian's package of that name), taskset, and target/tocsin.jar
# (mvn -q -DskipTests package). Uses only loopback; ends by itself, after about 25 minutes.
#
#   load-tests/rules.sh                everything
#   load-tests/rules.sh tocsin         some of: prometheus tocsin distributions  (README.md says what they are)
#   HISTORY=320                        seconds of samples before anything is measured: more than the rules' five minutes
#   SECONDS_EACH=60                    seconds that are measured, with the rules and then without
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags (-Xms2g -Xmx2g), its collector (-XX:+UseZGC)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target/rules
history=${HISTORY:-320}
seconds=${SECONDS_EACH:-60}
groups=10 # in the rules' file
runs=("$@")
[ ${#runs[@]} -gt 0 ] || runs=(prometheus tocsin distributions)
for run in "${runs[@]}"; do
  [[ " prometheus tocsin distributions " == *" $run "* ]] || { echo "no such run: $run; there are prometheus, tocsin, distributions" >&2; exit 2; }
done
[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=lib/server.sh
. "$here/lib/server.sh"
java=$(find_java)
rm -rf "$out"
mkdir -p "$out/rules"
on_server=(taskset -c 1) on_source=(taskset -c 0) source=
trap 'finish; [ -z "$source" ] || kill "$source" 2>/dev/null || true' EXIT

# sum NAME: of a metric over all its labels, as the server tells it.
sum() { curl -sf "http://127.0.0.1:$http/metrics" | awk -v name="$1" '{ split($1, part, "{") } part[1] == name { total += $NF } END { printf "%.6f", total }'; }

firing() { curl -sf "http://127.0.0.1:$http/api/v1/alerts" | grep -o '"state":"firing"' | wc -l; }

start_source() { # start_source MODE [ARG]…: the samples, on the other core
  "${on_source[@]}" "$java" -Xmx1g "$here/rules/Samples.java" "$@" >"$out/source.txt" 2>&1 &
  source=$!
}

start_prometheus() {
  start_source scrape
  until grep -qs port "$out/source.txt"; do sleep 0.1; done
  cat >"$out/prometheus.yml" <<YAML
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: ["rules/*.yaml"]
scrape_configs: [{job_name: load, static_configs: [{targets: ["127.0.0.1:$(sed -n 's/^port //p' "$out/source.txt")"]}]}]
YAML
  "${on_server[@]}" prometheus --config.file="$out/prometheus.yml" --storage.tsdb.path="$out/tsdb" \
    --web.listen-address="127.0.0.1:${PROMETHEUS_PORT:-19090}" >"$out/prometheus.log" 2>&1 &
  server=$! http=${PROMETHEUS_PORT:-19090}
  until curl -sf "http://127.0.0.1:$http/-/ready" >/dev/null; do
    kill -0 "$server" || { echo "prometheus did not start; see $out/prometheus.log" >&2; exit 1; }
    sleep 0.2
  done
}

# measure NAME EVALUATIONS MISSED DURATION_SUM PER: CPU of the process with the rules and, after a reload, without.
measure() {
  local name=$1 cpu0 cpu1 evaluations0 evaluations1 missed0 missed1 alerts
  sleep "$history"
  cpu0=$(cpu_of "$server") evaluations0=$(sum "$2") missed0=$(sum "$3")
  sleep "$seconds"
  cpu1=$(cpu_of "$server") evaluations1=$(sum "$2") missed1=$(sum "$3") alerts=$(firing)
  printf 'groups: []\n' >"$out/rules/budget.yaml"
  kill -HUP "$server"
  sleep 10
  local bare0 bare1
  bare0=$(cpu_of "$server")
  sleep "$seconds"
  bare1=$(cpu_of "$server")
  awk -v name="$name" -v s="$seconds" -v with="$cpu0 $cpu1" -v without="$bare0 $bare1" -v alerts="$alerts" \
    -v passes="$(calc "($evaluations1 - $evaluations0) / 1000")" -v missed="$(calc "($missed1 - $missed0) / $4")" 'BEGIN {
      split(with, w, " "); split(without, b, " ")
      all = (w[2] - w[1]) / s; bare = (b[2] - b[1]) / s
      printf "%-14s %9.2f %9.2f %8.1f %8.1f %14.3f %8d\n", name, all, bare, passes, missed, (all - bare) * s / passes, alerts
    }' | tee -a "$out/results.txt"
}

run_prometheus() {
  "$java" "$here/rules/Samples.java" rules "$out/rules/budget.yaml"
  start_prometheus
  measure prometheus prometheus_rule_evaluations_total prometheus_rule_group_iterations_missed_total "$groups"
}

run_tocsin() { # run_tocsin NAME [distributions]
  local name=$1
  shift
  "$java" "$here/rules/Samples.java" rules "$out/rules/budget.yaml" "$@"
  start_server --conf "$out" --set series.max=200000 --set series.max-per-metric=200000
  start_source push "$udp" "$@"
  measure "$name" tocsin_rule_evaluations_total tocsin_rule_ticks_skipped_total 1
}

printf '%-14s %9s %9s %8s %8s %14s %8s\n' "" "CPU s/s" "no rules" passes missed "CPU s a pass" firing | tee "$out/results.txt"
for run in "${runs[@]}"; do
  case $run in
    prometheus) run_prometheus ;;
    tocsin) run_tocsin tocsin ;;
    distributions) run_tocsin distributions distributions ;;
  esac
  kill "$source" 2>/dev/null || true
  wait "$source" 2>/dev/null || true
  source=
  stop_server
done
