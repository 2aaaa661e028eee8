/**
 * The parts of tus-js-client that are used: its engine and its requests, as they were written. Its
 * front door adds a store of addresses, readers of other sources and code for older browsers.
 */
declare module 'tus-js-client/lib/upload.js' {
  import { Upload } from 'tus-js-client';
  export default Upload;
}

declare module 'tus-js-client/lib/browser/httpStack.js' {
  import type { HttpStack } from 'tus-js-client';
  const Stack: new () => HttpStack;
  export default Stack;
}
