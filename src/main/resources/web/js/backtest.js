// A draft of rules judged on the past, by the server: progress on the way, then what would have fired.

/**
 * @param draft a rule file's text
 * @param fromSeconds, toSeconds the span it is judged on
 * @param onProgress gets the share that is done, 0 to 1
 * @returns the API's result; an Error carries the server's own words
 */
export async function backtest(draft, fromSeconds, toSeconds, onProgress, signal) {
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  const params = new URLSearchParams({ from: fromSeconds, to: toSeconds, timezone });
  const response = await fetch(`/api/v1/rules/backtest?${params}`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/yaml' },
    body: draft,
    signal,
  });
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
    const told = await response.json().catch(() => null);
    throw new Error(told?.error ?? `HTTP ${response.status}`);
  }
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === 'progress') onProgress(data.done);
    else if (event === 'error') throw new Error(data.error);
    else if (event === 'result') return data.data;
  }
  throw new Error('The connection ended before the result came.');
}

/** Server-sent events of a body, `{event, data}`, with the data read as JSON. */
async function* eventsOf(body) {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name) =>
        lines
          .filter((l) => l.startsWith(`${name}:`))
          .map((l) => l.slice(name.length + 1).trim())
          .join('\n');
      if (field('data')) yield { event: field('event'), data: JSON.parse(field('data')) };
    }
  }
}
