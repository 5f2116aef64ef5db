// The status page's cards: what each tells, from which series, from when on it is a worry, and where it is written what
// to do about it.

import { stream } from '../stream.js';
import { duration, format } from '../units.js';

const number = (v) => format(v, 'short');
const bytes = (v) => format(v, 'bytes');
const seconds = (v) => format(v, 's');
const share = (v) => (v > 0 && v < 0.001 ? 'under 0.1 %' : format(v, 'ratio'));
const some = (v) => v > 0;

/**
 * `{title, doc, facts}`; `doc` is where the documentation says what to do; a fact is `{name, expr, show, worry}`, or has
 * `own`, a function, in place of `expr`. What nobody measures here is left out.
 */
export const CARDS = [
  {
    title: 'Ticks',
    doc: 'operation#ticks-that-are-late',
    facts: [
      { name: 'Longest lately', expr: 'tocsin_tick_duration_seconds_max', show: seconds, worry: (v) => v > 0.5 },
      { name: 'Failed', expr: 'tocsin_tick_failures_total', show: number, worry: some },
      { name: 'Intervals closed late', expr: 'tocsin_ticks_skipped_flips_total', show: number },
      { name: 'Rules judged late by, at most', expr: 'tocsin_rule_lag_seconds_max', show: seconds, worry: (v) => v > 1 },
      { name: 'Judgings skipped in 5 min', expr: 'increase(tocsin_rule_ticks_skipped_total[5m])', show: number, worry: (v) => v > 5 },
    ],
  },
  {
    title: 'Cardinality',
    doc: 'operation#too-many-series',
    facts: [
      { name: 'Series', expr: 'sum(tocsin_series)', show: number },
      { name: 'Most that are taken', expr: 'max(tocsin_series_limit)', show: number },
      { name: 'Taken up', expr: 'sum(tocsin_series) / scalar(max(tocsin_series_limit))', show: share, worry: (v) => v > 0.8 },
      { name: 'Samples refused by a limit', expr: 'sum(tocsin_series_limited_samples_total)', show: number, worry: some },
      { name: 'Memory of the hot window', expr: 'tocsin_timeline_bytes', show: bytes },
      { name: 'Times it was coarsened early', expr: 'tocsin_timeline_halvings', show: number, worry: some },
    ],
  },
  {
    title: 'Stream',
    doc: 'operation#slow-or-refused-browsers',
    facts: [
      { name: 'Browsers watching', expr: 'tocsin_stream_subscribers', show: number },
      { name: 'Distinct queries', expr: 'tocsin_stream_subscriptions', show: number },
      { name: 'Not yet sent', expr: 'tocsin_stream_unsent_bytes', show: bytes, worry: (v) => v > 1 << 24 },
      { name: 'Frames skipped for slow readers', expr: 'tocsin_stream_frames_skipped_total', show: number },
      { name: 'Closed as too slow', expr: 'tocsin_stream_closed_too_slow_total', show: number },
      { name: 'Refused', expr: 'tocsin_stream_refused_total', show: number, worry: some },
      { name: "This page's queries", own: () => stream.size, show: number },
      { name: 'Frames this page missed', own: () => stream.skippedFrames, show: number },
    ],
  },
  {
    title: 'Storage',
    doc: 'operation#storage-that-fails',
    facts: [
      { name: 'PostgreSQL', expr: 'tocsin_database_up', show: (v) => (v ? 'answers' : 'does not answer'), worry: (v) => !v },
      { name: 'History is behind by', expr: 'tocsin_history_behind_seconds', show: duration, worry: (v) => v > 120 },
      { name: 'Failed writes of history', expr: 'tocsin_history_failures_total', show: number, worry: some },
      { name: 'Journal', expr: 'tocsin_journal_bytes', show: bytes },
      { name: 'Journal fails', expr: 'tocsin_journal_failing', show: (v) => (v ? 'yes' : 'no'), worry: some },
      { name: 'Ticks lost to the journal', expr: 'sum(tocsin_journal_lost_ticks_total)', show: number, worry: some },
    ],
  },
  {
    title: 'Clock',
    doc: 'operation#clocks-that-differ',
    facts: [
      { name: 'This browser is ahead by', own: (clock) => clock.skewMillis / 1000, show: seconds, worry: (v) => Math.abs(v) > 2 },
      { name: 'Samples that came late', expr: 'tocsin_samples_late_total', show: number },
      { name: 'Rejected for their time', expr: 'sum(tocsin_samples_rejected_total{reason="bad_timestamp"})', show: number, worry: some },
    ],
  },
];

/** What to do about each way in which a sample does not get in, and where more is said. */
export const ADVICE = [
  [/kernel/, 'More sockets (ingest.udp.sockets) or a larger ingest.udp.receive-buffer take it in.', 'operation#packets-that-the-kernel-drops'],
  [/series_table_failed/, 'This is a defect of Tocsin: the log says what failed.', 'operation#logs-and-signals'],
  [
    /series|limit|cardinal|too_many_labels/,
    'See below which metric has too many series; its sender puts a value into a label that never repeats.',
    'operation#too-many-series',
  ],
  [/time|late|early|old/, "The sender's clock is off, or it sends too late for the hot window.", 'operation#clocks-that-differ'],
  [/overload/, 'More came than could be taken: see how long a tick takes.', 'operation#ticks-that-are-late'],
  [/kind_conflict/, 'Two senders use one name for different kinds: rename one.', 'names'],
  [/./, 'The sender writes lines that cannot be read; the log has the first of each kind with its text.', 'operation#samples-that-are-rejected'],
];
