/** All that needs an open account; loaded when there is one, so that signing in loads little. */

export { openAccountOf, readDrafts, readRow } from './account';
export { change, commitDraft, create, discardDraft, loadDraft, remove, saveDraft } from './editing';
export { closeOutbox } from './outbox';
export { Syncing } from './syncing';
export { viewLog, viewOutbox, viewReceipts } from './unsent';
export { viewQuarantine } from './quarantine';
export { newestReceipt } from './receipts';
