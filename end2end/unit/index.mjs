// The worker's index without a browser: answers what IndexedDB answers, in its order, and counts what it was asked.
import { load } from './worker.mjs';

/** One store, by its key and its indexes: a row without an index's key is not in that index. */
function store(key, rows, said) {
  const request = (result) => {
    said.requests += 1;
    said.rows += [result].flat().filter((one) => typeof one === 'object').length;
    const pending = { result };
    queueMicrotask(() => pending.onsuccess?.());
    return pending;
  };
  const by = (path) => {
    const isKey = (value) => typeof value === 'string' || typeof value === 'number';
    const sorted = () => [...rows.values()].filter((row) => isKey(row[path]))
      .sort((a, b) => (a[path] < b[path] ? -1 : a[path] > b[path] ? 1 : a[key] < b[key] ? -1 : 1));
    const found = (query) => sorted().filter((row) => query === undefined || query === null || row[path] === query);
    return {
      get: (query) => request(structuredClone(found(query)[0])),
      getKey: (query) => request(found(query)[0]?.[key]),
      getAll: (query, most) => request(structuredClone(found(query).slice(0, most))),
      getAllKeys: (query, most) => request(found(query).slice(0, most).map((row) => row[key])),
      count: (query) => request(found(query).length),
    };
  };
  return {
    ...by(key), index: by,
    put: (row) => request(rows.set(row[key], structuredClone(row)) && row[key]),
    delete: (at) => request(void rows.delete(at)),
  };
}

/** A worker over an index of these orders, files and pictures; `said` counts its transactions, requests and rows read. */
export function indexed({ orders = [], entries = [], pictures = [], facts = {} } = {}) {
  const it = load();
  const said = { transactions: 0, requests: 0, rows: 0 };
  const keyed = (key, rows) => new Map(rows.map((row) => [row[key], row]));
  const held = { orders: keyed('order', orders), entries: keyed('sha', entries), pictures: keyed('sha', pictures) };
  const now = { at: 'now', revision: '1.0', seen: null, user: null, checked: 0, ...facts };
  const stores = {
    orders: store('order', held.orders, said), entries: store('sha', held.entries, said),
    pictures: store('sha', held.pictures, said), facts: store('at', new Map([['now', now]]), said),
  };
  const transact = async (_, work) => {
    said.transactions += 1;
    return work(stores);
  };
  Object.assign(it.inside('globalThis'), { navigator: { locks: { request: async (_, work) => work() } }, transact });
  return { ...it, said, held, stores };
}
