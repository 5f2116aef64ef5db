# Sourced by ../run.sh. One function per kind of measurement; each writes one line to $results.

send() { "${on_sender[@]}" "$out/sender" --port "$port" --rate "$1" --seconds "$2" --workload "$wire" $sender_flags; }

# run_udp NAME SENDER_WORKLOAD SOCKETS: the two limits, then the server.
run_udp() {
  local name=$1 sockets=$3 parse_rate= mode
  wire=$2 sender_flags=${SENDER_FLAGS:-}
  # The kernel spreads senders, not packets, over sockets.
  [ "$name" = "$wire" ] || sender_flags="$sender_flags --sockets 16"
  echo "$name, round $round of $repeat" >&2
  if [ "${LIMITS:-1}" != 0 ] && [ "$name" = "$wire" ]; then
    for mode in count parse; do
      receiver_mode=$mode step_name="$name: C, $mode"
      search step_receiver "$mode:$name"
      write_result "$name" "c-$mode" null
      [ "$mode" = count ] || parse_rate=$step_rate
    done
  fi
  step_name="$name: tocsin"
  if [ "$sockets" -eq 1 ]; then
    start_server
  else
    find_free_port
    start_server --set ingest.udp.sockets="$sockets" --set ingest.udp.port="$port"
  fi
  port=$udp
  # In two rounds: until every series is known, then until the code is compiled.
  send "$(calc "int($(start_rate "tocsin:$name") / 6)")" "$((warm_up / 2))" >/dev/null
  send "$(calc "int($(start_rate "tocsin:$name") / 2)")" "$((warm_up - warm_up / 2))" >/dev/null
  settle_tocsin
  search step_tocsin "tocsin:$name"
  stop_server
  write_result "$name" tocsin "${parse_rate:-null}"
}

# run_spread NAME SOCKETS: w1 into so many ingest loops, 3.5 M/s each, with both processes free to run on every core.
run_spread() {
  local on_sender=() on_server=() RATES=${RATES:-$((3500000 * $2))}
  run_udp "$1" w1 "$2"
}

# A plain C receiver, one process per step.
step_receiver() {
  local sent received waiting
  if [ "$receiver_mode" = count ]; then start_receiver; else start_receiver --parse; fi
  sent=$(send "$1" "$2")
  for _ in $(seq 50); do
    sleep 0.1
    read -r waiting step_drops <<<"$(socket_state "$port")"
    [ "$waiting" != 00000000 ] || break
  done
  step_rss=$(rss_mib "$server")
  stop_server
  received=$(tail -n 1 "$out/receiver.json")
  step_sent=$(field lines "$sent") step_accepted=$(field lines "$received") step_rejected=0 step_exact=1
  step_rate=$(calc "$step_sent / $(field seconds "$sent")")
  step_cpu=$(calc "$(field cpu_seconds "$received") / ($step_accepted + 1) * 1e6")
  step_ok=0
  holds "$step_accepted >= 0.999 * $step_sent" && step_ok=1
  return 0
}

# Takes down where the server's counts stand, once nothing is under way any more.
settle_tocsin() {
  local before=
  until [ -n "$before" ] && [ "$before" = "$(counts)" ]; do
    before=$(counts)
    sleep 1.2 # they are published once a second
  done
  read -r accepted0 rejected0 drops0 <<<"$before"
  counters0=$(counter_sum) distributions0=$(distribution_count)
}

# The server: sends, waits until it has counted everything, and asks it for the sums by PromQL.
step_tocsin() {
  local sent cpu0 cpu1 lines per_packet
  cpu0=$(cpu_of "$server")
  sent=$(send "$1" "$2")
  cpu1=$(cpu_of "$server")
  lines=$(field lines "$sent") per_packet=$(field packet_lines "$sent")
  local accepted rejected drops
  for _ in $(seq 30); do
    read -r accepted rejected drops <<<"$(counts)"
    step_accepted=$((accepted - accepted0)) step_rejected=$((rejected - rejected0)) step_drops=$((drops - drops0))
    [ $((step_accepted + step_rejected + step_drops * per_packet)) -lt "$lines" ] || break
    sleep 0.3
  done
  cpu1=$(calc "($cpu1 + $(cpu_of "$server")) / 2") # between the end of sending and the end of counting
  step_sent=$lines step_rate=$(calc "$lines / $(field seconds "$sent")") step_rss=$(rss_mib "$server")
  step_cpu=$(calc "($cpu1 - $cpu0) / ($step_accepted + 1) * 1e6")
  step_exact=0 step_why=
  [ $((step_accepted + step_rejected + step_drops * per_packet)) -eq "$lines" ] || step_why="its count is off"
  check_sums "$sent"
  accepted0=$accepted rejected0=$rejected drops0=$drops
  step_ok=0
  [ -z "$step_why" ] && step_exact=1
  if [ "$step_exact" = 1 ]; then
    if holds "$step_accepted >= 0.999 * $lines"; then step_ok=1; else step_why=lost; fi
  fi
}

# Queries must answer exactly what was sent less what the dropped packets held; in w3, where nobody knows what those
# held, no more than was sent and no less than that.
check_sums() {
  local want_sum want_count slack_sum=0 slack_count=0 sum count before=
  want_sum=$(($(field counter_sum "$1") - step_drops * $(field packet_counter_sum "$1")))
  want_count=$(($(field distributions "$1") - step_drops * $(field packet_distributions "$1")))
  if [ "$(field packet_lines "$1")" -eq 1 ]; then slack_sum=$((step_drops * 14)) slack_count=$step_drops; fi
  # Where nobody knows when it is all: until nothing comes any more.
  until [ "$slack_count" -eq 0 ] || [ "$before" = "$(counter_sum) $(distribution_count)" ]; do
    before="$(counter_sum) $(distribution_count)"
    sleep 1.2
  done
  for _ in $(seq 30); do
    sum=$(counter_sum) count=$(distribution_count)
    step_counters=$((sum - counters0)) step_distributions=$((count - distributions0))
    if [ "$step_counters" -ge $((want_sum - slack_sum)) ] && [ "$step_distributions" -ge $((want_count - slack_count)) ]; then
      break
    fi
    sleep 0.3
  done
  if [ "$step_counters" -gt "$want_sum" ] || [ "$step_counters" -lt $((want_sum - slack_sum)) ]; then
    step_why="counters sum up to $step_counters, not $want_sum"
  elif [ "$step_distributions" -gt "$want_count" ] || [ "$step_distributions" -lt $((want_count - slack_count)) ]; then
    step_why="distributions hold $step_distributions values, not $want_count"
  fi
  counters0=$sum distributions0=$count
}

# run_http NAME SENDER_WORKLOAD: as fast as the server answers; nothing can be lost, but must be counted.
run_http() {
  local name=$1 sender=$here/http/Sender.java cpu0 cpu1 sent accepted rejected drops
  echo "$name, round $round of $repeat" >&2
  step_name=$name
  start_server
  local http_send=("${on_sender[@]}" "$java" "$sender" --port "$http" --workload "$2")
  sent=$("${http_send[@]}" --seconds "$warm_up" || true)
  if [ "$(field lines "$sent")" = 0 ]; then
    echo "$name: left out, nothing was taken: $sent" >&2
    stop_server
    return
  fi
  settle_tocsin
  cpu0=$(cpu_of "$server")
  sent=$("${http_send[@]}" --seconds "$seconds")
  cpu1=$(cpu_of "$server")
  step_sent=$(field lines "$sent") step_drops=0 step_rss=$(rss_mib "$server") step_sender_limited=0
  for _ in $(seq 20); do
    read -r accepted rejected drops <<<"$(counts)"
    step_accepted=$((accepted - accepted0)) step_rejected=$((rejected - rejected0))
    [ $((step_accepted + step_rejected)) -lt "$step_sent" ] || break
    sleep 0.3
  done
  step_rate=$(calc "$step_accepted / $(field seconds "$sent")")
  step_cpu=$(calc "($cpu1 - $cpu0) / ($step_accepted + 1) * 1e6")
  step_exact=0 step_why=
  [ "$step_accepted" -eq "$step_sent" ] || step_why="accepted $step_accepted of $step_sent"
  # Influx lines are gauges: there is nothing to sum up.
  [ "$2" != json ] || check_sums "$sent,\"packet_lines\":0,\"packet_counter_sum\":0,\"packet_distributions\":0,"
  [ -n "$step_why" ] || step_exact=1
  step_ok=$step_exact
  progress full "$step_rate"
  stop_server
  write_result "$name" tocsin null
}

# run_latency NAME TICK: from the packet that is too much to the webhook's call, under half of w1's load.
run_latency() {
  local name=$1 load=${LOAD:-}
  [ -n "$load" ] || load=$(calc "int($(last_rate w1 tocsin) / 2)")
  [ "$load" -gt 0 ] || load=1000000
  echo "$name, round $round of $repeat: a load of $load lines/s" >&2
  rm -f "$out/latency.json"
  local pinned=()
  [ ${#on_server[@]} -eq 0 ] || pinned=(--server-core 1)
  JVM_FLAGS=${JVM_FLAGS:--Xms2g -Xmx2g} "${on_sender[@]}" "$java" -Dtocsin.jar="$jar" -Dtocsin.sender="$out/sender" \
    "$here/latency/Latency.java" --breaches 120 --tick "$2" --load "$load" --warm-up "$warm_up" "${pinned[@]}" \
    --json "$out/latency.json" >&2 || echo "  $name: failed, or slower than a tick and 200 ms" >&2
  if [ -s "$out/latency.json" ]; then
    printf '{"at":"%s","workload":"%s","receiver":"tocsin","round":%d,%s\n' "$started" "$name" "$round" \
      "$(sed 's/^{//' "$out/latency.json")" >>"$results"
  fi
}
