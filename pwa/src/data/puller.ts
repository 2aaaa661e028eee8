/** The pulling half of a run: pages into the store, scopes compared and read anew. */

import type { Page, SyncAnswer } from '../../../sync/messages';
import { heldDigest, noteCheck } from './checking';
import type { Database } from './database';
import { StorageError } from './errors';
import { applyPage, type PageEffect } from './pages';
import type { EnginePorts, Tally } from './run';
import type { ScopeRow } from './schema';
import { dueForCheck, loseScopes } from './scopes';
import { beginShadow } from './shadow';

export class Puller {
  /** The next request asks for every scope's digest [L8]. */
  checkAll = false;
  /** Scopes that differed in this run: read anew, they aren't compared again before a day. */
  private readonly differing = new Set<string>();
  /** What is still to come of each scope. */
  private readonly left = new Map<string, number>();
  /** The phone is full: nothing more is pulled in this run, but all is pushed [D6]. */
  private full: StorageError | null = null;

  constructor(
    private readonly db: Database,
    private readonly ports: EnginePorts,
  ) {}

  begin(): void {
    this.differing.clear();
    this.left.clear();
    this.full = null;
  }

  /** Throws StorageError `quota` when not all could be stored. */
  end(): void {
    if (this.full) throw this.full;
  }

  /** The scopes to compare with the server. */
  due(scopes: readonly ScopeRow[]): string[] {
    const due = dueForCheck(scopes, this.ports.now(), this.checkAll);
    return due.filter((id) => !this.differing.has(id));
  }

  /** Applies the pages one by one; whether to ask again for more. */
  async pull(answer: SyncAnswer, tally: Tally): Promise<boolean> {
    // A full answer leaves the pages of later scopes where they are, with more behind them. One
    // that moves nothing at all would be asked for without end.
    let [more, moved] = [false, false];
    const resets = new Set(answer.reset);
    for (const page of answer.scopes) {
      const effect = await this.store(page, resets.delete(page.id));
      if (!effect?.applied) continue;
      this.note(page, effect, tally);
      const differs = await this.differs(page, tally);
      more ||= page.more || differs;
      moved ||= page.to > page.from || differs;
    }
    this.checkAll = false;
    if (answer.lost.length > 0) {
      const destroyed = await loseScopes(this.db, answer.lost, answer.results);
      this.ports.onLost?.(destroyed);
    }
    return more && moved;
  }

  /** Applies a page; null when the phone is full. */
  private async store(page: Page, reset: boolean): Promise<PageEffect | null> {
    if (this.full) return null;
    try {
      return await applyPage(this.db, page, { reset, now: this.ports.now() });
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'quota') throw error;
      this.full = error;
      return null;
    }
  }

  private note(page: Page, effect: PageEffect, tally: Tally): void {
    tally.pulled += page.entries.length;
    this.left.set(page.id, page.left ?? 0);
    tally.left = [...this.left.values()].reduce((sum, n) => sum + n, 0);
    tally.readBack += effect.readBack.length;
    tally.rebuilt += effect.replaced ? 1 : 0;
    this.ports.onPage?.(effect);
    this.ports.onProgress?.(tally);
  }

  /** Compares a scope where the page brings its digest; one that differs is read anew [L8]. */
  private async differs({ id, digest, more }: Page, tally: Tally): Promise<boolean> {
    if (!digest || more) return false;
    const held = await heldDigest(this.db, id);
    tally.checked += 1;
    await noteCheck(this.db, id, this.ports.now());
    if (held.count === digest.count && held.sum === digest.sum) return false;
    this.differing.add(id);
    await beginShadow(this.db, id);
    return true;
  }
}
