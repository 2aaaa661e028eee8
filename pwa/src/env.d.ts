/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** The version of package.json. */
  readonly VITE_VERSION: string;
  /** `1` in a build whose page /harness opens any form, for tests and measurements. */
  readonly VITE_HARNESS?: string;
}

declare module 'noble-sha512' {
  export { sha384, sha512 } from '@noble/hashes/sha2.js';
}
