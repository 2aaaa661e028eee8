/**
 * The errors of the data layer:
 *
 *     DataError
 *     ├── ApiError      an endpoint refused or could not be reached
 *     ├── PhotoError    a file can't be kept as a photo
 *     ├── StorageError  this phone could not store or read
 *     ├── CarryError    a file of carried work can't be opened
 *     └── UnsentError   signing out would lose work
 *
 * `code` is stable and what a catalogue translates; `title` is the server's sentence in Chinese.
 */

export class DataError extends Error {
  readonly code: string;

  constructor(code: string, title: string) {
    super(title || code);
    this.code = code;
  }
}

/** `status` is 0 when no answer of the server came (`offline`, `captive_portal`). */
export class ApiError extends DataError {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly title: string;
  readonly field: string | undefined;
  /** The problem document, for members beyond the common ones; {} when there was none. */
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, problem: Readonly<Record<string, unknown>> = {}) {
    const title = typeof problem['title'] === 'string' ? problem['title'] : '';
    super(code, title);
    this.status = status;
    this.title = title;
    this.field = typeof problem['field'] === 'string' ? problem['field'] : undefined;
    this.problem = problem;
  }
}

/**
 * `quota`: no room; `lost`: the database can't be reached; `closed`: another tab took over;
 * `blocked`: another tab, of an older version, must be closed first.
 */
export type StorageFault = 'quota' | 'lost' | 'closed' | 'blocked' | 'failed';

export class StorageError extends DataError {
  override readonly name = 'StorageError';
  declare readonly code: StorageFault;

  constructor(code: StorageFault, cause?: unknown) {
    super(code, cause instanceof Error ? cause.message : '');
    this.cause = cause;
  }
}

/** `no_picture`: it can't be decoded; `too_large`; `quota`: this phone has no room for it. */
export type PhotoFault = 'no_picture' | 'too_large' | 'quota';

export class PhotoError extends DataError {
  override readonly name = 'PhotoError';
  declare readonly code: PhotoFault;

  constructor(code: PhotoFault) {
    super(code, '');
  }
}

/** What of a storage error a person is told. */
export function storageCode({ code }: StorageError): 'quota' | 'blocked' | 'storage' {
  return code === 'quota' || code === 'blocked' ? code : 'storage';
}

export class UnsentError extends DataError {
  override readonly name = 'UnsentError';
  /** Ops and drafts that would be lost. */
  readonly count: number;

  constructor(count: number) {
    super('unsent', '');
    this.count = count;
  }
}

/**
 * `foreign`: no file of this app; `newer`: of a later version; `damaged`: cut off or changed;
 * `passphrase`: not the one it was sealed with; `insecure`: the page isn't served over https.
 */
export type CarryFault = 'foreign' | 'newer' | 'damaged' | 'passphrase' | 'insecure';

export class CarryError extends DataError {
  override readonly name = 'CarryError';
  declare readonly code: CarryFault;

  constructor(code: CarryFault) {
    super(code, '');
  }
}
