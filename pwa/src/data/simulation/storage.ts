/** The IndexedDB of a simulated phone: it can die between two transactions or inside one, or be full. */

import { IDBFactory } from 'fake-indexeddb';

/** What happens at the write `at` (0 is the next): a transaction, or within it a change. */
export interface StorageFault {
  readonly kind: 'crash' | 'abort' | 'full';
  at: number;
}

export class SimulatedStorage {
  /** Nothing is read or written any more until the phone is started again. */
  dead = false;
  private fault: StorageFault | null = null;
  private readonly disk = new IDBFactory();

  /** What the phone's database is opened with. */
  readonly factory: IDBFactory = Object.assign(Object.create(this.disk) as IDBFactory, {
    open: (name: string, version: number) => this.open(name, version),
  });

  plan(fault: StorageFault | null): void {
    this.fault = fault;
  }

  /** The phone is switched on again; what was committed is there. */
  revive(): void {
    this.dead = false;
    this.fault = null;
  }

  private open(name: string, version: number): IDBOpenDBRequest {
    this.refuseWhenDead();
    const request = this.disk.open(name, version);
    request.addEventListener('success', () => this.watch(request.result));
    return request;
  }

  private watch(db: IDBDatabase): void {
    const begin = db.transaction.bind(db);
    db.transaction = (stores, mode, options) => {
      this.refuseWhenDead();
      if (mode !== 'readwrite') return begin(stores, mode, options);
      if (this.isDue('crash')) this.die();
      const tx = begin(stores, mode, options);
      this.watchChanges(tx);
      return tx;
    };
  }

  private watchChanges(tx: IDBTransaction): void {
    const storeOf = tx.objectStore.bind(tx);
    tx.objectStore = (name) => {
      const store = storeOf(name);
      const [put, add, remove] = [
        store.put.bind(store),
        store.add.bind(store),
        store.delete.bind(store),
      ];
      const changing = <T extends unknown[]>(change: (...given: T) => IDBRequest<IDBValidKey>) => {
        return (...given: T) => {
          this.abortWhenDue(tx);
          if (!this.isDue('full')) return change(...given);
          change(...given);
          return outOfRoom(tx, add(...(given as unknown as Parameters<typeof add>)));
        };
      };
      store.put = changing(put);
      store.add = changing(add);
      store.delete = (key) => {
        this.abortWhenDue(tx);
        return remove(key);
      };
      return store;
    };
  }

  private abortWhenDue(tx: IDBTransaction): void {
    if (!this.isDue('abort')) return;
    tx.abort();
    this.die();
  }

  private isDue(kind: StorageFault['kind']): boolean {
    if (this.fault?.kind !== kind) return false;
    if (this.fault.at > 0) {
      this.fault.at -= 1;
      return false;
    }
    this.fault = null;
    return true;
  }

  private die(): never {
    this.dead = true;
    throw gone();
  }

  private refuseWhenDead(): void {
    if (this.dead) throw gone();
  }
}

function gone(): DOMException {
  return new DOMException('the phone is off', 'InvalidStateError');
}

/** `request`, which fails because its key is there already, made to fail for want of room. */
function outOfRoom(tx: IDBTransaction, request: IDBRequest<IDBValidKey>): IDBRequest<IDBValidKey> {
  const error = new DOMException('the disk is full', 'QuotaExceededError');
  for (const failing of [tx, request]) {
    Object.defineProperty(failing, 'error', { get: () => error, set: () => undefined });
  }
  return request;
}
