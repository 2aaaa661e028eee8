/**
 * A server in memory for the tests of the phone: scopes, counters, read-back and pages as SPEC.md
 * has them, the merge reduced to "the last value stands". Its faults are set from outside.
 */

import { digest } from '../../../sync/digest';
import type {
  Entry,
  JsonObject,
  Op,
  OpResult,
  Page,
  Receipt,
  SyncAnswer,
} from '../../../sync/messages';
import type { SyncRequest } from '../../../sync/messages';
import { answerIn, type Reply } from './faults';

interface Stored extends Entry {
  readonly scope: string;
}

interface Accepted {
  readonly op: Op;
  readonly device: string;
  readonly scope: string;
  readonly seq: number;
}

/** When the server says that it signed its receipts. */
export const SIGNED_AT = '2026-11-24T09:30:00.500Z';

export const HELD = 'grid:0190a5c0-0000-7000-8000-00000000000a';

export class TestServer {
  readonly records = new Map<string, Stored>();
  readonly accepted = new Map<string, Accepted>();
  readonly lastN = new Map<string, number>();
  /** Requests as they came, the latest last. */
  readonly requests: SyncRequest[] = [];
  held = new Set([HELD]);
  pageSize = 1000;
  /** Names the code with which an op is quarantined. */
  quarantine: (op: Op) => string | null = () => null;
  time = '2026-11-24T09:30:00.000Z';
  /** By scope: cursors below it can't be continued. */
  readonly floors = new Map<string, number>();
  /** What the digest of a scope is, beyond what is right. */
  digest: (scope: string) => object = () => ({});
  private readonly seqs = new Map<string, number>();
  private left: Stored[] = [];

  /** The reply to the request of a device of `account`. */
  reply(account: string, body: string): Reply {
    const request = JSON.parse(body) as SyncRequest;
    this.requests.push(request);
    const expected = (this.lastN.get(request.device) ?? 0) + 1;
    const fresh = request.ops.find(({ op_id }) => !this.accepted.has(op_id));
    if (fresh && fresh.n > expected) return problem(409, 'sequence_gap', { expected });
    const results = request.ops.map((op) => this.take(op, request.device, account));
    return json(200, this.answer(request, account, results));
  }

  /** A change by somebody else. */
  write(id: string, fields: JsonObject, more: Partial<Stored> = {}): void {
    const known = this.records.get(id);
    this.store(id, { ...known?.f, ...fields }, { by: 'somebody', ...more }, Object.keys(fields));
  }

  /** Puts a record into another scope; its old one hands on that it left [P14]. */
  move(id: string, scope: string): void {
    const record = this.records.get(id);
    if (!record) throw new Error(`no ${id}`);
    const seq = this.seqOf(record.scope) + 1;
    this.seqs.set(record.scope, seq);
    this.store(id, record.f ?? {}, { ...record, scope });
    const { type, by, at, rev } = record;
    this.left.push({ type, id, by, at, seq, rev: rev + 1, scope: record.scope, out: true });
  }

  /** A copy of all that is stored; called later, the server is as it was. */
  backUp(): () => void {
    const all = structuredClone([this.records, this.accepted, this.lastN, this.seqs, this.left]);
    return () => {
      const [records, accepted, lastN, seqs, left] = all;
      for (const [here, then] of [
        [this.records, records],
        [this.accepted, accepted],
        [this.lastN, lastN],
        [this.seqs, seqs],
      ] as [Map<unknown, unknown>, Map<unknown, unknown>][]) {
        here.clear();
        for (const [key, value] of then) here.set(key, value);
      }
      this.left = left as Stored[];
    };
  }

  seqOf(scope: string): number {
    return this.seqs.get(scope) ?? 0;
  }

  private take(op: Op, device: string, account: string): OpResult {
    const known = this.accepted.get(op.op_id);
    const { op_id, n } = op;
    if (known) return { op_id, n, status: 'duplicate', scope: known.scope, seq: known.seq };
    this.lastN.set(device, n);
    const code = this.quarantine(op);
    const scope = code ? `person:${account}` : op.scope;
    if (code)
      this.store(`q-${op_id}`, quarantined(op, device, account, code), {
        scope,
        type: 'quarantine',
      });
    else this.apply(op, account);
    const seq = this.seqOf(scope);
    this.accepted.set(op_id, { op, device, scope, seq });
    return code
      ? { op_id, n, status: 'quarantined', scope, seq, code, message: '不收' }
      : { op_id, n, status: 'applied', scope, seq };
  }

  private apply(op: Op, account: string): void {
    const { rid, scope, type, set = {} } = op;
    if (op.kind === 'delete') this.store(rid, {}, { scope, type, gone: true });
    else {
      const fields = { ...this.records.get(rid)?.f, ...set };
      this.store(
        rid,
        fields,
        { scope, type, by: account },
        op.kind === 'set' ? Object.keys(set) : [],
      );
    }
  }

  private store(id: string, f: JsonObject, more: Partial<Stored>, changed: string[] = []): void {
    const known = this.records.get(id);
    const scope = more.scope ?? known?.scope ?? HELD;
    const seq = this.seqOf(scope) + 1;
    this.seqs.set(scope, seq);
    const rev = (known?.rev ?? 0) + 1;
    const stamps = rev === 1 ? {} : Object.fromEntries(changed.map((name) => [name, rev]));
    this.records.set(id, {
      type: known?.type ?? 'diary_entry',
      by: known?.by ?? 'somebody',
      at: known?.at ?? this.time,
      ...more,
      scope,
      id,
      seq,
      rev,
      f,
      s: { ...known?.s, ...stamps },
    });
  }

  private answer(request: SyncRequest, account: string, results: OpResult[]): SyncAnswer {
    const held = [...this.held, `person:${account}`];
    const { device } = request;
    return {
      proto: 1,
      time: this.time,
      account,
      directory: 'etag',
      results,
      receipt: this.receipt(device),
      scopes: held.map((scope) => this.page(scope, request, device)),
      gained: held.filter((scope) => !(scope in request.scopes)),
      lost: Object.keys(request.scopes).filter((scope) => !held.includes(scope)),
      reset: held.filter((scope) => this.isReset(scope, request)),
      end: true,
    };
  }

  private receipt(device: string): Receipt {
    const n = this.lastN.get(device) ?? 0;
    const head = { device, n, hash: '0'.repeat(64) };
    return n === 0 ? head : { ...head, at: SIGNED_AT, key: 'key', sig: 'sig' };
  }

  private isReset(scope: string, { scopes, rebuild = [] }: SyncRequest): boolean {
    const cursor = scopes[scope] ?? 0;
    const isOld = cursor < (this.floors.get(scope) ?? 0) && !rebuild.includes(scope);
    return scope in scopes && (isOld || cursor > this.seqOf(scope));
  }

  private page(scope: string, request: SyncRequest, device: string): Page {
    const from = this.isReset(scope, request) ? 0 : (request.scopes[scope] ?? 0);
    const changed = [...this.records.values(), ...this.left]
      .filter((record) => record.scope === scope && record.seq > from)
      .sort((a, b) => a.seq - b.seq);
    const entries = changed.slice(0, this.pageSize);
    const more = changed.length > entries.length;
    const to = more ? (entries[entries.length - 1]?.seq ?? from) : this.seqOf(scope);
    const own = [...this.accepted.values()]
      .filter((one) => one.device === device && one.scope === scope)
      .filter(({ seq }) => seq > from && seq <= to)
      .map(({ op }) => op.op_id);
    const page = { id: scope, from, to, more, entries: entries.map(withoutScope), own };
    if (more) return { ...page, left: changed.length - entries.length };
    if (!request.check?.includes(scope)) return page;
    const held = [...this.records.values()].filter((record) => record.scope === scope);
    const right = digest(held.map(({ id, rev }) => [id, rev]));
    return { ...page, digest: { ...right, ...this.digest(scope) } };
  }
}

/** The reply with its answer changed. */
export function changed(reply: Reply, change: (answer: SyncAnswer) => object): Reply {
  const answer = answerIn(reply, 0);
  return json(200, { ...answer, ...change(answer) });
}

/** A line on which no reply comes. */
export function deadLine(): never {
  throw new TypeError('Failed to fetch');
}

export function json(status: number, content: unknown): Reply {
  return {
    status,
    contentType: 'application/json',
    retryAfter: null,
    text: JSON.stringify(content),
  };
}

export function problem(status: number, code: string, more: object = {}): Reply {
  const text = JSON.stringify({ type: 'about:blank', title: '不行', status, code, ...more });
  return { status, contentType: 'application/problem+json', retryAfter: null, text };
}

function withoutScope({ scope: _scope, ...entry }: Stored): Entry {
  return entry;
}

function quarantined(op: Op, device: string, account: string, code: string): JsonObject {
  const received_at = '2026-11-24T09:30:00.000Z';
  const { op_id, n } = op;
  return { op: JSON.stringify(op), op_id, n, device, account, code, message: '不收', received_at };
}
