/** One upload by tus 1.0.0 [F3], with tus-js-client. */

import type { DetailedError, Upload } from 'tus-js-client';
import HttpStack from 'tus-js-client/lib/browser/httpStack.js';
import TusUpload from 'tus-js-client/lib/upload.js';
import type { UploadRow } from '../schema';
import { UploadFault, YIELDED } from './queue';

const ENDPOINT = '/api/files';
/** Sent in one request, bytes: what a broken line may cost. */
const CHUNK = 64 * 1024;
/** Without a sign of life for this long the line is dead, ms. */
const SILENCE = 45_000;
const TYPE = 'image/jpeg';

export interface Sending {
  /** Asked before each request; when it says no, the upload ends with the fault YIELDED. */
  readonly mayGo: () => Promise<boolean>;
  /** Ends the upload at once. */
  readonly signal: AbortSignal;
  readonly onUrl: (url: string) => Promise<void>;
}

/** Resolves when the server has the whole content and has found its hash to be right. */
export async function sendByTus(
  row: UploadRow,
  content: ArrayBuffer,
  sending: Sending,
): Promise<void> {
  const file = new Blob([content], { type: TYPE });
  let watch: ReturnType<typeof setTimeout> | undefined;
  let upload: Upload | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = (code: string): void => {
        void upload?.abort();
        reject(new UploadFault(0, code));
      };
      const alive = (): void => {
        clearTimeout(watch);
        watch = setTimeout(() => stop('offline'), SILENCE);
      };
      upload = new TusUpload(file, {
        ...(TusUpload as unknown as { defaultOptions: object }).defaultOptions,
        endpoint: new URL(ENDPOINT, location.origin).href,
        uploadUrl: row.url,
        metadata: { sha256: row.sha256, scope: row.scope, type: TYPE },
        headers: { 'X-Minqing': '1' },
        chunkSize: CHUNK,
        uploadDataDuringCreation: true,
        // The queue tries again, at its own pace, and keeps the address itself.
        retryDelays: null,
        storeFingerprintForResuming: false,
        fingerprint: () => Promise.resolve(''),
        fileReader: { openFile: () => Promise.resolve(sourceOf(file)) },
        httpStack: new HttpStack(),
        onBeforeRequest: async () => {
          if (sending.signal.aborted || !(await sending.mayGo())) {
            stop(YIELDED);
            throw new UploadFault(0, YIELDED);
          }
          alive();
        },
        onProgress: alive,
        onUploadUrlAvailable: () => void sending.onUrl(pathOf(upload?.url ?? '')).catch(reject),
        onSuccess: () => resolve(),
        onError: (error) => reject(faultOf(error)),
      });
      sending.signal.addEventListener('abort', () => stop(YIELDED));
      upload.start();
    });
  } finally {
    clearTimeout(watch);
  }
}

function sourceOf(file: Blob): {
  size: number;
  slice(start: number, end: number): Promise<{ value: Blob; done: boolean }>;
  close(): void;
} {
  return {
    size: file.size,
    slice: (start, end) =>
      Promise.resolve({ value: file.slice(start, end), done: end >= file.size }),
    close: () => undefined,
  };
}

const pathOf = (url: string): string => new URL(url, location.origin).pathname;

function faultOf(error: Error | DetailedError): UploadFault {
  if (error instanceof UploadFault) return error;
  const response = 'originalResponse' in error ? error.originalResponse : null;
  if (!response) return new UploadFault(0, 'offline');
  const seconds = Number(response.getHeader('Retry-After') ?? NaN);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : null;
  return new UploadFault(response.getStatus(), codeIn(response.getBody()), wait);
}

function codeIn(body: string): string {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === 'string' ? code : 'refused';
  } catch {
    return 'bad_answer';
  }
}
