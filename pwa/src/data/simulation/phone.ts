/** A phone of the simulation: the data layer as the app puts it together, without page and browser. */

import { createHash } from 'node:crypto';
import type { JsonObject, Op } from '../../../../sync/messages';
import { parseChunk, type Pulled } from '../chunks';
import { deletion, settlementOf } from '../conflicts';
import { heldChunks } from '../content';
import { Database, got } from '../database';
import { setChange } from '../drafts';
import { Engine } from '../engine';
import type { Reply } from '../faults';
import { conflictView } from '../matters';
import { appendOps, readOps, type Change, type OpPorts } from '../outbox';
import type { PageEffect } from '../pages';
import { setting } from '../quarantine';
import { RECORD_TYPES, type Settlement } from '../records';
import { Rows } from '../rows';
import type { EnginePorts, Outcome } from '../run';
import { accountPlan, type ChainHead, type ScopeRow } from '../schema';
import type { RecordType, Row } from '../types';
import { SimulatedStorage, type StorageFault } from './storage';

/** What a person does: a change of one record, or several of one act. */
export interface Act {
  readonly kind: 'create' | 'append' | 'set' | 'delete' | 'settle' | 'sign';
  readonly type: RecordType;
  readonly rid?: string;
  readonly scope?: string;
  readonly fields?: JsonObject;
  readonly choice?: Settlement;
  readonly value?: string;
}

export interface World {
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: (now: number) => string;
  readonly send: (phone: string, body: string) => Promise<Reply>;
}

/** What a phone holds and shows. */
export interface Held {
  readonly chain: ChainHead | undefined;
  readonly ops: readonly Op[];
  readonly scopes: readonly ScopeRow[];
  /** Chunks in the store, shadows' and forgotten ones included. */
  readonly stored: number;
  readonly entries: readonly Pulled[];
  readonly shown: readonly Row[];
}

export class SimulatedPhone {
  private readonly storage = new SimulatedStorage();
  private reloading: Promise<void> = Promise.resolve();
  private db: Database;
  private rows: Rows;
  private engine: Engine;

  constructor(
    private readonly name: string,
    private readonly account: string,
    private readonly device: string,
    private readonly world: World,
  ) {
    [this.db, this.rows, this.engine] = this.start();
  }

  /** Switched off and on again: nothing in memory, the same disk. */
  async restart(): Promise<void> {
    this.storage.revive();
    [this.db, this.rows, this.engine] = this.start();
    await this.show();
  }

  plan(fault: StorageFault | null): void {
    this.storage.plan(fault);
  }

  get dead(): boolean {
    return this.storage.dead;
  }

  /** The ops of the act once they are on the disk. */
  async act(act: Act): Promise<Op[]> {
    const changes = this.changes(act);
    if (changes.length === 0) return [];
    const ops = await appendOps(this.db, this.ports(), changes);
    this.rows.addOps(ops);
    return ops;
  }

  /** A run; `check` compares every scope with the server. What a shadow replaced is shown anew. */
  async sync(check: boolean): Promise<Outcome> {
    if (check) this.engine.checkNext();
    const outcome = await this.engine.run();
    await this.reloading;
    return outcome;
  }

  async show(): Promise<Row[]> {
    this.rows.setOps(await readOps(this.db));
    for (const type of RECORD_TYPES) await this.rows.load(type);
    return RECORD_TYPES.flatMap((type) => [...this.rows.of(type).value.values()]);
  }

  async held(): Promise<Held> {
    const shown = await this.show();
    const held = await this.db.read(['meta', 'ops', 'scopes', 'chunks'], async (tx) => ({
      chain: (await got(tx.objectStore('meta').get('chain'))) as ChainHead | undefined,
      ops: (await got(tx.objectStore('ops').getAll())) as Op[],
      scopes: (await got(tx.objectStore('scopes').getAll())) as ScopeRow[],
      stored: await got(tx.objectStore('chunks').count()),
      chunks: await heldChunks(tx),
    }));
    const { chunks, ...rest } = held;
    const entries = chunks.flatMap(({ text, scope, type }) => parseChunk(text, scope, type));
    return { ...rest, entries, shown };
  }

  private start(): [Database, Rows, Engine] {
    const db = new Database(() => this.storage.factory, accountPlan(this.account));
    const rows = new Rows(db, this.account);
    const ports: EnginePorts = {
      send: (body) => this.world.send(this.name, body),
      now: this.world.now,
      random: this.world.random,
      onStart: async () => rows.setOps(await readOps(db)),
      onPage: ({ entries, readBack, replaced }: PageEffect) => {
        rows.applyPage(entries, readBack);
        if (replaced) this.reloading = rows.reload().catch(() => undefined);
      },
      onLost: (destroyed) => rows.dropScopes(destroyed),
    };
    return [db, rows, new Engine(db, { id: this.device, account: this.account }, ports)];
  }

  private ports(): OpPorts {
    const { now, newId } = this.world;
    return {
      now,
      mono: now,
      newId,
      sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    };
  }

  private changes({ kind, type, rid, scope = '', fields = {}, choice, value }: Act): Change[] {
    if (kind === 'create' || kind === 'append') {
      return [{ type, rid: this.world.newId(this.world.now()), scope, kind, set: fields }];
    }
    const row = this.rows.of(type).value.get(rid ?? '');
    if (!row) return [];
    switch (kind) {
      case 'set':
        return some(setChange(type, row.id, row.scope, fields, row));
      case 'delete':
        return [deletion(row)];
      case 'sign':
        return [setting(row, fields)];
      case 'settle':
        return this.settlement(row as Row<'conflict'>, choice ?? 'shown', value);
    }
  }

  private settlement(row: Row<'conflict'>, choice: Settlement, value: unknown): Change[] {
    const conflict = conflictView(row, this.account);
    const record = this.rows.of(conflict.recordType).value.get(conflict.recordId) ?? null;
    if (!record && choice !== 'shown') return [];
    return [
      ...some(settlementOf(conflict, record, choice, value)),
      setting(row, { settled: choice }),
    ];
  }
}

function some(change: Change | null): Change[] {
  return change ? [change] : [];
}
