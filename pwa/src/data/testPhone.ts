/** A phone for tests: database, outbox and engine over a TestServer, without page and Vue. */

import { createHash } from 'node:crypto';
import { IDBFactory } from 'fake-indexeddb';
import type { JsonObject, Op, SyncRequest } from '../../../sync/messages';
import { overlay } from '../../../sync/overlay';
import { isLater, parseChunk, type Pulled } from './chunks';
import { heldChunks } from './content';
import { Database } from './database';
import { Engine } from './engine';
import type { EnginePorts, Outcome } from './run';
import type { Reply } from './faults';
import { appendOps, readOps, type Change, type OpPorts } from './outbox';
import { beginAnew } from './renewal';
import { accountPlan } from './schema';
import { cursorsOf, readScopes } from './scopes';
import { HELD, type TestServer } from './testServer';

let count = 0;

export const PORTS: OpPorts = {
  now: () => Date.parse('2026-11-24T09:30:00.000Z'),
  mono: () => 1234.5,
  newId: () => testId(),
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
};

export function testId(): string {
  count += 1;
  return `0190a5c0-0000-7000-8000-${String(count).padStart(12, '0')}`;
}

export class TestPhone {
  readonly db: Database;
  readonly engine: Engine;
  /** Stands before the server: answers in its place, so that the request never reaches it. */
  gate: (request: SyncRequest) => Reply | null = () => null;
  /** Stands between engine and server: changes a reply, or throws for a dead line. */
  line: (reply: Reply) => Reply | Promise<Reply> = (reply) => reply;

  constructor(
    readonly server: TestServer,
    readonly account = 'me',
    readonly factory: IDBFactory = new IDBFactory(),
    readonly device: string = testId(),
    ports: Partial<EnginePorts> = {},
  ) {
    this.db = new Database(() => factory, accountPlan(account));
    this.engine = new Engine(
      this.db,
      { id: device, account },
      {
        send: async (body) =>
          this.gate(JSON.parse(body) as SyncRequest) ??
          this.line(this.server.reply(this.account, body)),
        now: PORTS.now,
        random: () => 0.5,
        renew: (expected) => beginAnew(this.db, PORTS, expected),
        ...ports,
      },
    );
  }

  sync(): Promise<Outcome> {
    return this.engine.run();
  }

  /** A second tab, or the app after a crash: the same database, nothing in memory. */
  again(): TestPhone {
    return new TestPhone(this.server, this.account, this.factory, this.device);
  }

  write(...changes: Change[]): Promise<Op[]> {
    return appendOps(this.db, PORTS, changes);
  }

  ops(): Promise<Op[]> {
    return readOps(this.db);
  }

  async cursors(): Promise<Record<string, number>> {
    return cursorsOf(await readScopes(this.db));
  }

  /** Pulled entries by id. */
  async pulled(): Promise<Map<string, Pulled>> {
    const latest = new Map<string, Pulled>();
    await this.db.read(['scopes', 'chunks'], async (tx) => {
      for (const { text, scope, type } of await heldChunks(tx)) {
        for (const entry of parseChunk(text, scope, type)) {
          const known = latest.get(entry.id);
          if (!known || isLater(entry, known)) latest.set(entry.id, entry);
        }
      }
    });
    return latest;
  }

  /** The fields that are shown, by record id. */
  async shown(): Promise<Record<string, JsonObject>> {
    const [pulled, ops] = [await this.pulled(), await this.ops()];
    const ids = new Set([...pulled.keys(), ...ops.map(({ rid }) => rid)]);
    const shown: Record<string, JsonObject> = {};
    for (const id of ids) {
      const own = ops.filter(({ rid }) => rid === id);
      const record = overlay(pulled.get(id), own, this.account);
      if (record) shown[id] = record.f;
    }
    return shown;
  }
}

export const diary = (rid: string, set: JsonObject, scope = HELD): Change => ({
  type: 'diary_entry',
  rid,
  scope,
  kind: 'create',
  set,
});

export const edit = (rid: string, set: JsonObject, base: Record<string, number> = {}): Change => ({
  type: 'diary_entry',
  rid,
  scope: HELD,
  kind: 'set',
  set,
  base,
});
