#!/usr/bin/env bash
# 10,000 alerts in one second, in 1,000 groups: how long until a webhook has been told of each group, and of each alert,
# beside Debian's Alertmanager with the same configuration. Needs curl, prometheus-alertmanager (Debian's package of that
# name), and target/tocsin.jar (mvn -q -DskipTests package). Uses only loopback; ends by itself, after two minutes.
#
#   load-tests/alerts.sh               everything
#   load-tests/alerts.sh rules         some of: alertmanager tocsin rules  (README.md says what they are)
#   ALERTS=10000 GROUPS_OF=1000        how many, in how many groups
#   JAR, JVM_FLAGS, GC                 the server, its JVM's flags (-Xms2g -Xmx2g), its collector (-XX:+UseZGC)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
jar=$(realpath "${JAR:-$here/../target/tocsin.jar}")
out=$here/target/alerts
alerts=${ALERTS:-10000}
groups=${GROUPS_OF:-1000}
hook=${HOOK_PORT:-19095}
runs=("$@")
[ ${#runs[@]} -gt 0 ] || runs=(alertmanager tocsin rules)
for run in "${runs[@]}"; do
  [[ " alertmanager tocsin rules " == *" $run "* ]] || { echo "no such run: $run; there are alertmanager, tocsin, rules" >&2; exit 2; }
done
[ -f "$jar" ] || { echo "no $jar: run  mvn -q -DskipTests package  first" >&2; exit 1; }
# shellcheck source=java.sh
. "$here/java.sh"
# shellcheck source=lib/server.sh
. "$here/lib/server.sh"
java=$(find_java)
on_server=() on_source=() # on all cores
trap finish EXIT

# group_interval is long, so that whoever told a group before all its alerts were there is seen to have done so.
configure() {
  rm -rf "$out/$1" "$out/data"
  mkdir -p "$out/$1/rules"
  cat >"$out/$1/alertmanager.yaml" <<YAML
route: {receiver: hook, group_by: [group], group_wait: 0s, group_interval: 5s, repeat_interval: 1h}
receivers: [{name: hook, webhook_configs: [{url: "http://127.0.0.1:$hook/"}]}]
YAML
  cat >"$out/$1/rules/storm.yaml" <<YAML
groups: [{name: storm, rules: [{alert: Storm, expr: storm > 0, annotations: {summary: one of many}}]}]
YAML
}

storm() { # storm NAME post|push PORT
  local before cpu told
  before=$(rss_mib "$server") cpu=$(cpu_of "$server")
  told=$("${on_source[@]}" "$java" -Xmx512m "$here/alerts/Storm.java" "$2" "$3" "$hook" "$alerts" "$groups") || true
  printf '%-14s %s  %5.2f CPU s  %5d MiB before, %5d after\n' "$1" "$told" \
    "$(calc "$(cpu_of "$server") - $cpu")" "$before" "$(rss_mib "$server")" | tee -a "$out/results.txt"
}

# A server that runs: its database is unpacked and answers, its first ticks are over.
start_tocsin() {
  start_server --conf "$out/$1"
  for _ in $(seq 150); do
    curl -s "http://127.0.0.1:$http/health" | grep -q '"status" *: *"healthy"' && break
    sleep 0.2
  done
  sleep 10
}

start_alertmanager() {
  http=${ALERTMANAGER_PORT:-19093}
  "${on_server[@]}" prometheus-alertmanager --config.file="$out/$1/alertmanager.yaml" --storage.path="$out/$1/data" \
    --cluster.listen-address= --web.listen-address="127.0.0.1:$http" >"$out/alertmanager.log" 2>&1 &
  server=$!
  until curl -sf "http://127.0.0.1:$http/-/ready" >/dev/null; do
    kill -0 "$server" || { echo "alertmanager did not start; see $out/alertmanager.log" >&2; exit 1; }
    sleep 0.2
  done
}

mkdir -p "$out"
rm -f "$out/results.txt"
printf '%-14s %s\n' "" "alerts told, groups told, from a group's alerts (rules: from the tick) to its first call, from the first alert to the last" | tee "$out/results.txt"
for run in "${runs[@]}"; do
  configure "$run"
  case $run in
    alertmanager)
      start_alertmanager "$run"
      storm "$run" post "$http"
      ;;
    tocsin)
      start_tocsin "$run"
      storm "$run" post "$http"
      ;;
    rules)
      start_tocsin "$run"
      storm "$run" push "$udp"
      ;;
  esac
  stop_server
done
