/** Questionnaires on this phone, as pages see them. */

export { formOf, keepForms, type Source } from './forms';
export {
  discardFilling,
  filling,
  fillings,
  fitsSeal,
  saveFilling,
  sealedCounts,
  submitAnonymous,
  submitNamed,
  type Person,
} from './fillings';
export { sendSealed } from './sender';
export type { Filling, FormRow, Round } from './store';
