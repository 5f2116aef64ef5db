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

# measure NAME EVALUATIONS MISSED PER INTERVALS: CPU of the process with the rules and, after a reload, without. Seconds
# are those in which samples came in, by the server's own count: it may have stood still on a machine that is shared.
measure() {
  local name=$1 with without cpu evaluations missed lived alerts
  sleep "$history"
  cpu=$(cpu_of "$server") evaluations=$(sum "$2") missed=$(sum "$3") lived=$(sum "$5")
  sleep "$seconds"
  with=$(calc "$(cpu_of "$server") - $cpu") lived=$(calc "$(sum "$5") - $lived")
  evaluations=$(calc "$(sum "$2") - $evaluations") missed=$(calc "($(sum "$3") - $missed) / $4") alerts=$(firing)
  printf 'groups: []\n' >"$out/rules/budget.yaml"
  kill -HUP "$server"
  sleep 10
  local bare_lived
  cpu=$(cpu_of "$server") bare_lived=$(sum "$5")
  sleep "$seconds"
  without=$(calc "$(cpu_of "$server") - $cpu") bare_lived=$(calc "$(sum "$5") - $bare_lived")
  awk -v name="$name" -v lived="$lived" -v cpu="$with" -v bare="$(calc "$without / $bare_lived")" -v missed="$missed" \
    -v passes="$(calc "$evaluations / 1000")" -v alerts="$alerts" 'BEGIN {
      printf "%-14s %8.0f %9.2f %9.2f %8.1f %8.1f %14.3f %8d\n", name, lived, cpu / lived, bare, passes, missed,
        (cpu - bare * lived) / passes, alerts
    }' | tee -a "$out/results.txt"
}

run_prometheus() {
  "$java" "$here/rules/Samples.java" rules "$out/rules/budget.yaml"
  start_prometheus
  measure prometheus prometheus_rule_evaluations_total prometheus_rule_group_iterations_missed_total "$groups" \
    prometheus_target_interval_length_seconds_count
}

run_tocsin() { # run_tocsin NAME [distributions]
  local name=$1
  shift
  "$java" "$here/rules/Samples.java" rules "$out/rules/budget.yaml" "$@"
  start_server --conf "$out" --set series.max=200000 --set series.max-per-metric=200000
  start_source push "$udp" "$@"
  measure "$name" tocsin_rule_evaluations_total tocsin_rule_ticks_skipped_total 1 tocsin_tick_duration_seconds_count
}

printf '%-14s %8s %9s %9s %8s %8s %14s %8s\n' "" seconds "CPU s/s" "no rules" passes missed "CPU s a pass" firing | tee "$out/results.txt"
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
