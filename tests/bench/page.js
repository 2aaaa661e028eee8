// Put into every page of the bench: durations from an act to its painted result, long tasks, durable writes.
window.bench = {
  long: [],
  stored: 0,
  // Of the syncs: when the first was sent, how long their answers took in all, the last change of the status.
  asked: 0,
  away: 0,
  synced: 0,
  /** Milliseconds from the act until `ready` holds and a frame was painted. */
  until(act, ready) {
    return new Promise((resolve) => {
      const start = performance.now();
      const look = () =>
        ready(start)
          ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)))
          : setTimeout(look, 1);
      act();
      look();
    });
  },
  /** Milliseconds from the act until the last change of `main` that follows it within 250 ms was painted. */
  painted(act) {
    return new Promise((resolve) => {
      const start = performance.now();
      let last = start;
      const observer = new MutationObserver(() =>
        requestAnimationFrame(() => setTimeout(() => { last = performance.now(); })));
      observer.observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true });
      act();
      setTimeout(() => { observer.disconnect(); resolve(last - start); }, 400);
    });
  },
};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.bench.long.push(entry.duration);
}).observe({ type: 'longtask', buffered: true });
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const made = begin.call(this, stores, mode, options);
  if (mode === 'readwrite' && [].concat(stores).includes('ops')) {
    made.addEventListener('complete', () => { window.bench.stored = performance.now(); });
  }
  return made;
};
const send = window.fetch;
window.fetch = async (path, init) => {
  if (path !== '/api/sync') return send(path, init);
  const start = performance.now();
  window.bench.asked ||= start;
  const response = await send(path, init);
  const text = response.text.bind(response);
  response.text = async () => {
    const whole = await text();
    window.bench.away += performance.now() - start;
    return whole;
  };
  return response;
};
document.addEventListener('DOMContentLoaded', () => {
  new MutationObserver(() => {
    const status = document.querySelector('header [role=status]')?.textContent ?? '';
    if (status.includes('已同步')) window.bench.synced ||= performance.now();
  }).observe(document.getElementById('app') ?? document.body, { childList: true, subtree: true, characterData: true });
});
