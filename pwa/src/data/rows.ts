/** The records in memory, by type: pulled entries with the outbox laid over them, reactive. */

import { shallowRef, type ShallowRef } from 'vue';
import type { Op } from '../../../sync/messages';
import { overlay } from '../../../sync/overlay';
import { breathe } from './breathing';
import { isLater, parseChunk, type Pulled } from './chunks';
import { heldChunks } from './content';
import type { Database } from './database';
import type { FieldsOf, RecordType, Row } from './types';

interface Kind {
  readonly pulled: Map<string, Pulled>;
  readonly shown: ShallowRef<ReadonlyMap<string, Row>>;
  readonly ready: ShallowRef<boolean>;
  loading: Promise<void> | null;
  /** Its chunks are being read: what is shown comes with the last of them. */
  reading: boolean;
  /** Ids that have changed and aren't shown anew yet. */
  readonly waiting: Set<string>;
}

/** A page of more entries is one of many: what it changes is shown together with the next ones'. */
const FEW = 100;
/** How long those wait, ms: each showing costs a copy of all rows, and every list made from them. */
const SHOW_AFTER = 400;
/** Rows made between two looks at the clock. */
const SLICE = 100;

export class Rows {
  private readonly kinds = new Map<RecordType, Kind>();
  private ops: Op[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly db: Database,
    private readonly account: string,
  ) {}

  /** All rows of `type`; the first call starts reading them. */
  of<T extends RecordType>(type: T): ShallowRef<ReadonlyMap<string, Row<T>>> {
    return this.kind(type).shown as unknown as ShallowRef<ReadonlyMap<string, Row<T>>>;
  }

  ready(type: RecordType): ShallowRef<boolean> {
    return this.kind(type).ready;
  }

  isHeld(type: RecordType): boolean {
    return this.kinds.has(type);
  }

  /** What is shown of a record whose pulled entry is given. */
  shown(pulled: Pulled | undefined, id: string): Row | null {
    return rowOf(pulled, this.opsOf(id), this.account);
  }

  opsOf(id: string): Op[] {
    return this.ops.filter((op) => op.rid === id);
  }

  get outbox(): readonly Op[] {
    return this.ops;
  }

  /** The outbox as it now is; rows of ops that came or went are shown anew. */
  setOps(ops: readonly Op[]): void {
    const before = this.ops;
    this.ops = [...ops].sort((a, b) => a.n - b.n);
    const had = new Set(before.map(({ op_id }) => op_id));
    const has = new Set(ops.map(({ op_id }) => op_id));
    this.showAnew([
      ...before.filter(({ op_id }) => !has.has(op_id)),
      ...ops.filter(({ op_id }) => !had.has(op_id)),
    ]);
  }

  /** Ops just written, here or in another tab. */
  addOps(ops: readonly Op[]): void {
    const known = new Set(this.ops.map(({ op_id }) => op_id));
    this.setOps([...this.ops, ...ops.filter(({ op_id }) => !known.has(op_id))]);
  }

  /** A page at once: entries in, read-back ops out. */
  applyPage(entries: readonly Pulled[], readBack: readonly Op[]): void {
    const gone = new Set(readBack.map(({ op_id }) => op_id));
    this.ops = this.ops.filter(({ op_id }) => !gone.has(op_id));
    for (const entry of entries) {
      const kind = this.kinds.get(entry.type as RecordType);
      if (kind) keepLatest(kind.pulled, entry);
    }
    const changed = entries.map(({ type, id }) => ({ type, rid: id }));
    if (entries.length <= FEW) return this.showAnew([...changed, ...readBack]);
    this.showAnew(readBack);
    for (const { type, rid } of changed) this.kinds.get(type as RecordType)?.waiting.add(rid);
    this.timer ??= setTimeout(() => this.showWaiting(), SHOW_AFTER);
  }

  /** Shows what large pages have changed, now. */
  showWaiting(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const kind of this.kinds.values()) {
      if (kind.waiting.size === 0 || !kind.ready.value || kind.reading) continue;
      kind.shown.value = this.rowsOf(kind, kind.waiting, kind.shown.value);
      kind.waiting.clear();
    }
  }

  /** Takes the records of destroyed scopes away. */
  dropScopes(scopes: readonly string[]): void {
    for (const [type, kind] of this.kinds) {
      const lost = [...kind.pulled.values()].filter(({ scope }) => scopes.includes(scope));
      for (const { id } of lost) kind.pulled.delete(id);
      this.showAnew(lost.map(({ id }) => ({ type, rid: id })));
    }
  }

  /** Resolves when `type` has been read. */
  load(type: RecordType): Promise<void> {
    const kind = this.kinds.get(type) ?? newKind();
    this.kinds.set(type, kind);
    kind.loading ??= this.read(type, kind).catch((error: unknown) => {
      kind.loading = null;
      throw error;
    });
    return kind.loading;
  }

  private kind(type: RecordType): Kind {
    if (!this.kinds.has(type)) {
      this.load(type).catch((error: unknown) => console.error(error));
    }
    return this.kinds.get(type) as Kind;
  }

  /** Reads all that is in memory anew: chunks were replaced, here or by another tab. */
  async reload(): Promise<void> {
    const readings = [...this.kinds].map(([type, kind]) => {
      kind.loading = (kind.loading ?? Promise.resolve())
        .catch(() => undefined)
        .then(() => this.read(type, kind));
      return kind.loading;
    });
    await Promise.all(readings);
  }

  private async read(type: RecordType, kind: Kind): Promise<void> {
    kind.reading = true;
    kind.pulled.clear();
    kind.waiting.clear();
    const rows = new Map<string, Row>();
    try {
      const chunks = await this.db.read(['scopes', 'chunks'], (tx) => heldChunks(tx, type));
      const pause = breathe();
      for (const { text, scope } of chunks) {
        for (const entry of parseChunk(text, scope, type)) keepLatest(kind.pulled, entry);
        await pause();
      }
      const ids = [...new Set([...kind.pulled.keys(), ...this.idsInOutbox(type)])];
      for (let from = 0; from < ids.length; from += SLICE) {
        this.fill(rows, kind, ids.slice(from, from + SLICE));
        await pause();
      }
    } finally {
      kind.reading = false;
    }
    this.fill(rows, kind, kind.waiting);
    kind.waiting.clear();
    kind.shown.value = rows;
    kind.ready.value = true;
  }

  private idsInOutbox(type: RecordType): string[] {
    return this.ops.filter((op) => op.type === type).map(({ rid }) => rid);
  }

  private showAnew(changed: readonly { readonly type: string; readonly rid: string }[]): void {
    const idsByType = new Map<string, Set<string>>();
    for (const { type, rid } of changed) {
      idsByType.set(type, (idsByType.get(type) ?? new Set()).add(rid));
    }
    for (const [type, ids] of idsByType) {
      const kind = this.kinds.get(type as RecordType);
      if (kind?.reading) ids.forEach((id) => kind.waiting.add(id));
      else if (kind?.ready.value) kind.shown.value = this.rowsOf(kind, ids, kind.shown.value);
    }
  }

  /** A copy of `before` in which the rows of `ids` are as they are now. */
  private rowsOf(
    kind: Kind,
    ids: Iterable<string>,
    before: ReadonlyMap<string, Row>,
  ): Map<string, Row> {
    const rows = new Map(before);
    this.fill(rows, kind, ids);
    return rows;
  }

  private fill(rows: Map<string, Row>, kind: Kind, ids: Iterable<string>): void {
    const opsById = new Map<string, Op[]>();
    for (const op of this.ops) opsById.set(op.rid, [...(opsById.get(op.rid) ?? []), op]);
    for (const id of ids) {
      const row = rowOf(kind.pulled.get(id), opsById.get(id) ?? [], this.account);
      if (row) rows.set(id, row);
      else rows.delete(id);
    }
  }
}

function newKind(): Kind {
  return {
    pulled: new Map(),
    shown: shallowRef<ReadonlyMap<string, Row>>(new Map()),
    ready: shallowRef(false),
    loading: null,
    reading: false,
    waiting: new Set(),
  };
}

function keepLatest(pulled: Map<string, Pulled>, entry: Pulled): void {
  const known = pulled.get(entry.id);
  if (!known || isLater(entry, known)) pulled.set(entry.id, entry);
}

function rowOf(pulled: Pulled | undefined, ops: readonly Op[], account: string): Row | null {
  const shown = overlay(pulled, ops, account);
  const scope = pulled?.scope ?? ops[0]?.scope;
  if (!shown || scope === undefined) return null;
  const { id, rev, seq, by, at, f, s, pending } = shown;
  const fields = f as unknown as FieldsOf<RecordType>;
  return {
    id,
    type: shown.type as RecordType,
    scope,
    rev,
    seq,
    by,
    at,
    fields,
    pending,
    stamps: s,
  };
}
