# Sourced by ../run.sh. The server under test: starting and stopping it, and what it says of itself.

server= http= udp= subscriber= # pid, ports, pid

finish() {
  local pid
  for pid in $subscriber $server; do kill "$pid" 2>/dev/null || true; done
}

# start_server [--set KEY=VALUE]…: with the configuration inside the jar, any free ports, and a page's live stream open.
start_server() {
  rm -f "$out/server.log"
  (
    cd "$out" # where there is no ./conf
    exec "${on_server[@]}" "$java" -XX:+UseCompactObjectHeaders ${GC:--XX:+UseZGC} ${JVM_FLAGS:--Xms2g -Xmx2g} \
      -jar "$jar" run --data "$out/data" --set http.port=0 --set ingest.udp.port=0 --set ingest.udp.receive-buffer=8M "$@" \
      >"$out/server.log" 2>&1
  ) &
  server=$!
  for _ in $(seq 300); do
    sleep 0.2
    [ -f "$out/server.log" ] || continue
    http=$(sed -n 's|.*ready: http://[^ ]*:\([0-9]*\) .*|\1|p' "$out/server.log")
    udp=$(sed -n 's|.*ready: .* udp [^ ]*:\([0-9]*\) .*|\1|p' "$out/server.log")
    if [ -n "$http" ] && curl -sf "http://127.0.0.1:$http/readyz" >/dev/null; then
      open_page
      return
    fi
    kill -0 "$server" 2>/dev/null || break
  done
  echo "the server did not start; see $out/server.log" >&2
  exit 1
}

# The page's queries on the way in, and one on what is sent.
open_page() {
  curl -sNG "http://127.0.0.1:$http/api/v1/stream" \
    --data-urlencode 'query=sum(rate(tocsin_samples_accepted_total[10s]))' \
    --data-urlencode 'query=sum(rate(tocsin_samples_rejected_total[1m]))' \
    --data-urlencode 'query=sum(rate(tocsin_udp_kernel_drops_total[1m]))' \
    --data-urlencode 'query=load_time_n000001_p99' \
    --data-urlencode 'query=histogram_quantile(0.99, sum by (service) (rate(load_time[10s])))' >"$out/stream.txt" &
  subscriber=$!
}

# start_receiver [--parse]: the plain C receiver on any free port.
start_receiver() {
  rm -f "$out/receiver.json"
  "${on_server[@]}" "$out/receiver" "$@" >"$out/receiver.json" &
  server=$!
  until grep -qs port "$out/receiver.json"; do sleep 0.05; done
  port=$(sed -n 's/^port //p' "$out/receiver.json")
}

# Sets port to one that was free a moment ago, for sockets that share one: those cannot be given "any".
find_free_port() {
  start_receiver
  stop_server
}

# A line of /proc/net/udp about a port: bytes that wait in its socket (in hex), and packets dropped.
socket_state() { awk -v port=":$(printf %04X "$1")" '$2 ~ port "$" { split($5, queue, ":"); print queue[2], $NF; exit }' /proc/net/udp; }

stop_server() {
  kill "$server" $subscriber 2>/dev/null || true
  wait "$server" $subscriber 2>/dev/null || true
  server= subscriber=
}

# counts: accepted, rejected and dropped samples of clients, and packets dropped by the kernel.
counts() {
  curl -sf "http://127.0.0.1:$http/metrics" | awk '
    { split($1, part, "{") }
    part[1] == "tocsin_samples_accepted_total" { accepted += $NF }
    part[1] == "tocsin_samples_rejected_total" { rejected += $NF }
    part[1] == "tocsin_samples_dropped_total" { rejected += $NF }
    part[1] == "tocsin_udp_kernel_drops_total" { drops += $NF }
    END { printf "%.0f %.0f %.0f\n", accepted, rejected, drops }'
}

# query PROMQL: the value of the only series, as a whole number; 0 where there is none.
query() {
  curl -sf "http://127.0.0.1:$http/api/v1/query" --data-urlencode "query=$1" |
    sed -n 's/.*"value":\[[^,]*,"\([^"]*\)".*/\1/p' | awk '{ value = $1 } END { printf "%.0f\n", value }'
}

# What queries answer about all that was sent: the sum of counters, and how many values distributions hold.
counter_sum() { query 'sum({__name__=~"load_hits.*|load_json_requests"})'; }
distribution_count() { query 'sum({__name__=~"load_time.*_count|load_json_duration_count"})'; }

# CPU seconds a process has used: fields 14 and 15 of /proc/PID/stat, counted after the name, which may hold spaces.
cpu_of() { sed 's/.*) //' "/proc/$1/stat" | awk -v hz="$(getconf CLK_TCK)" '{ printf "%.2f\n", ($12 + $13) / hz }'; }

rss_mib() { awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$1/status"; }

# field NAME JSON: a number of a flat JSON object.
field() { sed -n "s/.*\"$1\":\(-\{0,1\}[0-9.]*\).*/\1/p" <<<"$2"; }

# calc EXPRESSION: as awk has them, printed in full.
calc() { awk "BEGIN { printf \"%.10g\\n\", $1 }"; }

holds() { awk "BEGIN { exit !($1) }"; }
