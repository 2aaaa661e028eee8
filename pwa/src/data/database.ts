/** One IndexedDB database: transactions as promises, a lost connection reopened once. */

import { StorageError } from './errors';

export interface DatabasePlan {
  readonly name: string;
  readonly version: number;
  /** Brings the database from version `before` (0: there is none) to the present one. */
  readonly upgrade: (database: IDBDatabase, before: number) => void;
}

export type Work<T> = (transaction: IDBTransaction) => Promise<T>;

export class Database {
  private connection: Promise<IDBDatabase> | null = null;
  private takenOver = false;

  constructor(
    /** Asked at each opening: a browser may have none (private mode), which is a storage error. */
    private readonly factory: () => IDBFactory,
    private readonly plan: DatabasePlan,
    /** The tab that blocked the upgrade is closed. */
    private readonly onUnblocked: () => void = () => undefined,
  ) {}

  /** What `work` returns, from one read-only transaction. */
  read<T>(stores: readonly string[], work: Work<T>): Promise<T> {
    return this.run((db) => db.transaction(stores, 'readonly'), work);
  }

  /** As `write`, for what a person wrote: on the disk before it is said to be saved [D1]. */
  writeStrictly<T>(stores: readonly string[], work: Work<T>): Promise<T> {
    return this.run((db) => db.transaction(stores, 'readwrite', { durability: 'strict' }), work);
  }

  /**
   * What `work` returns, after the transaction's `complete` event. An error of `work` aborts it.
   * For what can be fetched again: a power cut may undo the last of these, each as a whole.
   */
  write<T>(stores: readonly string[], work: Work<T>): Promise<T> {
    return this.run((db) => db.transaction(stores, 'readwrite', { durability: 'relaxed' }), work);
  }

  /** Closes the connection for good; another tab's upgrade or deletion needs it. */
  close(): void {
    this.takenOver = true;
    void this.connection?.then((db) => db.close()).catch(() => undefined);
    this.connection = null;
  }

  /** Deletes the database. Other tabs close theirs on `versionchange`. */
  async destroy(): Promise<void> {
    this.close();
    const request = this.factory().deleteDatabase(this.plan.name);
    await new Promise<void>((resolve, reject) => {
      request.onsuccess = () => resolve();
      request.onerror = () => reject(storageError(request.error));
    });
  }

  private async run<T>(begin: (db: IDBDatabase) => IDBTransaction, work: Work<T>): Promise<T> {
    try {
      return await this.attempt(begin, work);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'lost') throw error;
      this.connection = null;
      return this.attempt(begin, work);
    }
  }

  private async attempt<T>(begin: (db: IDBDatabase) => IDBTransaction, work: Work<T>): Promise<T> {
    const db = await this.open();
    let transaction: IDBTransaction;
    try {
      transaction = begin(db);
    } catch (error) {
      throw new StorageError('lost', error);
    }
    return finish(transaction, work);
  }

  private open(): Promise<IDBDatabase> {
    if (this.takenOver) return Promise.reject(new StorageError('closed'));
    this.connection ??= this.connect().catch((error: unknown) => {
      this.connection = null;
      throw error;
    });
    return this.connection;
  }

  private begin(): IDBOpenDBRequest {
    try {
      return this.factory().open(this.plan.name, this.plan.version);
    } catch (error) {
      throw new StorageError('lost', error);
    }
  }

  private connect(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = this.begin();
      let blocked = false;
      // An older tab closes its connection on `versionchange`, unless it is frozen.
      request.onblocked = () => {
        blocked = true;
        reject(new StorageError('blocked'));
      };
      request.onupgradeneeded = ({ oldVersion }) => this.plan.upgrade(request.result, oldVersion);
      request.onerror = () => reject(storageError(request.error));
      request.onsuccess = () => {
        const db = request.result;
        // The browser closed it (storage cleared, its process died): the next use reopens it.
        db.onclose = () => {
          this.connection = null;
        };
        db.onversionchange = () => {
          this.takenOver = true;
          db.close();
        };
        resolve(db);
        if (blocked) {
          db.close();
          this.onUnblocked();
        }
      };
    });
  }
}

/** The result of `request`. Its transaction stays alive while these are awaited one after another. */
export function got<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(storageError(request.error));
  });
}

/** A request's success is no promise: only `complete` says that the whole was stored. */
async function finish<T>(transaction: IDBTransaction, work: Work<T>): Promise<T> {
  const completed = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(storageError(transaction.error));
  });
  completed.catch(() => undefined);
  let result: T;
  try {
    result = await work(transaction);
  } catch (error) {
    // A failed request aborts its transaction by itself, and only that abort names the true cause
    // (a full disk); aborting here as well would erase it.
    if (error instanceof StorageError && error.cause) await completed;
    else abort(transaction);
    throw error;
  }
  await completed;
  return result;
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

function storageError(cause: DOMException | null): StorageError {
  const name = cause?.name ?? '';
  // Chromium says DataError where the disk itself is full and a value no longer fits on it.
  if (name === 'QuotaExceededError' || name === 'DataError') {
    return new StorageError('quota', cause);
  }
  if (name === 'UnknownError' || name === 'InvalidStateError')
    return new StorageError('lost', cause);
  return new StorageError('failed', cause);
}
