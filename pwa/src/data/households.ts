/** The households in memory: their lists as text, and single records read when they are opened. */

import { shallowRef, type ShallowRef } from 'vue';
import type { JsonObject } from '../../../sync/messages';
import { findEntry, type Pulled } from './chunks';
import { got, type Database } from './database';
import { StorageError } from './errors';
import {
  chunkOf,
  EMPTY_LIST,
  lineStarts,
  listLine,
  NO_CHUNK,
  readLine,
  updateList,
  type ListLine,
  type ListText,
} from './householdIndex';
import type { Rows } from './rows';
import { isShadowList } from './shadow';
import type { ChunkRow, ListRow } from './schema';
import { collectLines, searchTiers } from './search';
import type { HouseholdGroup, HouseholdLine, Row } from './types';

interface SearchOptions {
  readonly scope?: string | undefined;
  readonly limit?: number | undefined;
}

/** One scope's list; `first` is the number of its first line among all. */
interface Part {
  readonly scope: string;
  readonly first: number;
  readonly list: ListText;
  /** Starts of the lines of `list.lines` and `list.search`, computed at first use. */
  starts?: Uint32Array;
  searchStarts?: Uint32Array;
}

export class Households {
  readonly ready = shallowRef(false);
  private readonly parts: ShallowRef<readonly Part[]> = shallowRef([]);
  private stored: readonly ListRow[] = [];
  private readonly opened = new Map<string, ShallowRef<Row<'household'> | null | undefined>>();
  /** Lines found by id since the lists were read: a page of diaries asks again and again. */
  private readonly lineById = new Map<string, HouseholdLine>();
  private refreshing: Promise<void> | null = null;

  /** `order` is that of the scopes in the list. */
  constructor(
    private readonly db: Database,
    private readonly rows: Rows,
    private readonly order: readonly string[],
  ) {}

  /** Reads the lists; unsent changes of households are laid over them. */
  async load(): Promise<void> {
    this.stored = await this.db.read(['lists'], readLists);
    const place = (scope: string): number => (this.order.indexOf(scope) + 1 || Infinity) - 1;
    const lists = await this.withUnsent();
    let first = 0;
    this.lineById.clear();
    this.parts.value = [...lists]
      .sort(([a], [b]) => place(a) - place(b))
      .map(([scope, list]) => {
        const part: Part = { scope, list, first };
        first += list.count;
        return part;
      });
    this.ready.value = true;
    await Promise.all([...this.opened.keys()].map((id) => this.open(id)));
  }

  /** Loads again after `delay` ms; many pages in a row cost one reading. */
  refresh(delay = 50): void {
    this.refreshing ??= new Promise<void>((resolve) => setTimeout(resolve, delay))
      .then(() => {
        this.refreshing = null;
        return this.load();
      })
      .catch(unlessClosed);
  }

  total(scope?: string): number {
    return this.partsOf(scope).reduce((sum, { list }) => sum + list.count, 0);
  }

  groups(scope?: string): HouseholdGroup[] {
    return this.partsOf(scope).flatMap((part) =>
      part.list.groups.map((group) => ({
        ...group,
        scope: part.scope,
        from: part.first + group.from,
        to: part.first + group.to,
      })),
    );
  }

  lines(from: number, to: number): HouseholdLine[] {
    const lines: HouseholdLine[] = [];
    for (const part of this.parts.value) {
      const last = Math.min(to, part.first + part.list.count);
      for (let at = Math.max(from, part.first); at < last; at += 1) {
        lines.push(lineAt(part, at - part.first));
      }
    }
    return lines;
  }

  line(id: string): HouseholdLine | undefined {
    const parts = this.parts.value;
    const known = this.lineById.get(id);
    if (known) return known;
    const line = findLine(parts, id) ?? findMoved(parts, id);
    if (line) this.lineById.set(id, line);
    return line;
  }

  search(query: string, { scope, limit = 30 }: SearchOptions = {}): HouseholdLine[] {
    const parts = this.partsOf(scope).map((part) => ({ part, found: new Set<number>() }));
    let left = limit;
    for (const terms of searchTiers(query)) {
      for (const { part, found } of parts) {
        if (left <= 0) break;
        part.searchStarts ??= lineStarts(part.list.search, part.list.count);
        left -= collectLines(part.list.search, part.searchStarts, terms, left, found);
      }
    }
    return parts.flatMap(({ part, found }) => [...found].map((at) => lineAt(part, at)));
  }

  /** One household, kept current: undefined while it is read, null when there is none. */
  row(id: string): ShallowRef<Row<'household'> | null | undefined> {
    const known = this.opened.get(id);
    if (known) return known;
    const opened = shallowRef<Row<'household'> | null | undefined>(undefined);
    this.opened.set(id, opened);
    this.open(id).catch((error: unknown) => console.error(error));
    return opened;
  }

  /** The household as it is shown, read from its chunk. */
  async read(id: string): Promise<Row<'household'> | null> {
    return this.rows.shown(await this.pulled(id), id) as Row<'household'> | null;
  }

  private async open(id: string): Promise<void> {
    const row = await this.read(id);
    const opened = this.opened.get(id);
    // While the lists aren't read, "none" isn't known yet.
    if (opened && (row || this.ready.value)) opened.value = row;
  }

  private pulled(id: string): Promise<Pulled | undefined> {
    const list = this.stored.find(({ lines }) => lines.includes(`\t${id}\t`));
    return this.db.read(['lists', 'chunks'], async (tx) => {
      const inChunk = async (known: ListRow): Promise<Pulled | undefined> => {
        const [no, { scope }] = [chunkOf(known, id), known];
        if (no === undefined) return undefined;
        const chunk = tx.objectStore('chunks').get(['household', scope, no]);
        const found = (await got(chunk)) as ChunkRow | undefined;
        return found && findEntry(found.text, scope, 'household', id);
      };
      const found = list && (await inChunk(list));
      if (found) return found;
      // Pages have come or chunks been joined since the lists were read.
      for (const fresh of await readLists(tx)) {
        const entry = await inChunk(fresh);
        if (entry) return entry;
      }
      return undefined;
    });
  }

  private async withUnsent(): Promise<Map<string, ListText>> {
    const lists = new Map<string, ListText>(this.stored.map((list) => [list.scope, list]));
    const unsent = this.rows.outbox.filter(({ type }) => type === 'household');
    const changes = new Map<string, Map<string, ListLine | null>>();
    for (const { rid, scope } of unsent) {
      const row = await this.read(rid);
      const list = lists.get(scope) ?? EMPTY_LIST;
      const line =
        row && listLine(rid, row.fields as unknown as JsonObject, chunkOf(list, rid) ?? NO_CHUNK);
      changes.set(scope, (changes.get(scope) ?? new Map<string, null>()).set(rid, line));
    }
    for (const [scope, lines] of changes) {
      lists.set(scope, await updateList(lists.get(scope) ?? EMPTY_LIST, lines));
    }
    return lists;
  }

  private partsOf(scope: string | undefined): readonly Part[] {
    const parts = this.parts.value;
    return scope === undefined ? parts : parts.filter((part) => part.scope === scope);
  }
}

/** Somebody signed out while the lists were read: nobody looks at them any more. */
function unlessClosed(error: unknown): void {
  if (!(error instanceof StorageError) || error.code !== 'closed') console.error(error);
}

function findLine(parts: readonly Part[], id: string): HouseholdLine | undefined {
  for (const { list, scope } of parts) {
    const at = list.lines.indexOf(`\t${id}\t`);
    if (at < 0) continue;
    const start = list.lines.lastIndexOf('\n', at) + 1;
    const end = list.lines.indexOf('\n', at);
    return readLine(list.lines.slice(start, end < 0 ? undefined : end), scope);
  }
  return undefined;
}

/** A household that moved to a grid which isn't on this phone. */
function findMoved(parts: readonly Part[], id: string): HouseholdLine | undefined {
  for (const { list, scope } of parts) {
    const line = list.moved?.[id];
    if (line !== undefined) return { ...readLine(line, scope), moved: true };
  }
  return undefined;
}

async function readLists(tx: IDBTransaction): Promise<ListRow[]> {
  const lists = (await got(tx.objectStore('lists').getAll())) as ListRow[];
  return lists.filter((list) => !isShadowList(list));
}

function lineAt(part: Part, at: number): HouseholdLine {
  part.starts ??= lineStarts(part.list.lines, part.list.count);
  const start = part.starts[at] ?? 0;
  const end = (part.starts[at + 1] ?? part.list.lines.length + 1) - 1;
  return readLine(part.list.lines.slice(start, end), part.scope);
}
